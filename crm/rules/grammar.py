"""The grammar of rules. Its lexer is contextual: what a word may be depends on where it stands."""

from django.utils.translation import gettext_lazy as _

from crm.rules.errors import Translatable

# A bare value may hold blanks: it ends before AND, OR, a parenthesis, or a word that holds a comparison of its own,
# for there an AND was forgotten. No part of these patterns can match a text in two ways, so they take linear time.
KEYWORD = r"(?:[aA][nN][dD]|[oO][rR])(?![^\s()])"
FIRST = r"(?![=<>!\"'“”\u2018\u2019])"
BARE = rf"(?!{KEYWORD}){FIRST}[^\s()]+(?:\s+(?!{KEYWORD})(?![^\s()]*[=<>])[^\s()]+)*"
ITEM = rf"(?!{KEYWORD}){FIRST}[^\s(),]+(?:\s+(?!{KEYWORD})(?![^\s()]*[=<>])[^\s(),]+)*"
QUOTED = (
    r"""(?:"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|"""
    r"[“”](?:[^“”\\]|\\[\s\S])*[“”]|[\u2018\u2019](?:[^\u2018\u2019\\]|\\[\s\S])*[\u2018\u2019])"
)

LABEL = r"""(?:"(?:[^"\\]|\\[\s\S])*"|[“”](?:[^“”\\]|\\[\s\S])*[“”])"""

GRAMMAR = rf"""
    start: rule
    ?rule: both
         | both (_OR both)+ -> any
    ?both: single
         | single (_AND single)+ -> all
    ?single: NOT single -> negation
           | LEFT rule _RIGHT -> group
           | term
    ?term: subject OPERATOR value -> comparison
         | subject _CONTAINS value -> containing
         | subject _STARTS _WITH value -> starting
         | subject _ENDS _WITH value -> ending
         | subject _BETWEEN value _AND value -> between
         | subject _IN LEFT item (_COMMA item)* _RIGHT -> within
         | subject _NOT _CONTAINS value -> not_containing
         | subject _NOT _STARTS _WITH value -> not_starting
         | subject _NOT _ENDS _WITH value -> not_ending
         | subject _NOT _BETWEEN value _AND value -> not_between
         | subject _NOT _IN LEFT item (_COMMA item)* _RIGHT -> not_within
         | subject _IS _NULL -> missing
         | subject _IS _NOT _NULL -> present
         | HAS LEFT NAME (by)? (where)? _RIGHT -> has
    ?subject: path
            | ANNIVERSARY LEFT path _RIGHT -> anniversary
            | BUCKET LEFT SIZE _RIGHT -> bucket
            | COUNT LEFT NAME (by)? (where)? _RIGHT -> count
            | FUNCTION LEFT NAME _DOT (NAME | LABEL) (by)? (where)? _RIGHT -> computed
    by: _BY NAME
    where: _WHERE rule
    path: (NAME | LABEL) [_DOT (NAME | LABEL)]
    value: BARE -> bare
         | QUOTED -> quoted
    item: ITEM -> bare
        | QUOTED -> quoted

    HAS.2: /has(?=\s*\()/i
    COUNT.2: /count(?=\s*\()/i
    FUNCTION.2: /(?:sum|min|max|avg)(?=\s*\()/i
    ANNIVERSARY.2: /anniversary(?=\s*\()/i
    BUCKET.2: /bucket(?=\s*\()/i
    SIZE: /[0-9]{{1,9}}/
    LABEL: /{LABEL}/
    NAME: /[^\W\d]\w*/
    OPERATOR: /<>|!=|<=|>=|=|<|>/
    BARE: /{BARE}/
    ITEM: /{ITEM}/
    QUOTED: /{QUOTED}/
    LEFT: "("
    _RIGHT: ")"
    _COMMA: ","
    _DOT: "."
    _AND.2: /and(?!\w)/i
    _OR.2: /or(?!\w)/i
    NOT.3: /not(?!\w)/i
    _NOT.2: /not(?!\w)/i
    _IS.2: /is(?!\w)/i
    _NULL.2: /(?:null|empty)(?!\w)/i
    _BY.2: /by(?!\w)/i
    _WHERE.2: /where(?!\w)/i
    _STARTS.2: /starts(?!\w)/i
    _ENDS.2: /ends(?!\w)/i
    _WITH.2: /with(?!\w)/i
    _IN.2: /in(?!\w)/i
    _BETWEEN.2: /between(?!\w)/i
    _CONTAINS.2: /contains(?!\w)/i
    %ignore /\s+/
"""

# Each kind of token in words for people, in the order in which they are listed.
WORDS: dict[str, Translatable] = {
    "NAME": _("a field"),
    "OPERATOR": "= <> < <= > >=",
    "_CONTAINS": "contains",
    "_STARTS": "starts with",
    "_ENDS": "ends with",
    "_WITH": "with",
    "_BY": "by",
    "_WHERE": "where",
    "_BETWEEN": "between",
    "_IN": "in",
    "_IS": "is",
    "_NULL": "null",
    "SIZE": _("a number"),
    "BARE": _("a value"),
    "ITEM": _("a value"),
    "_AND": "AND",
    "_OR": "OR",
    "NOT": "NOT",
    "_NOT": "not",
    "LEFT": "“(”",
    "_RIGHT": "“)”",
    "_COMMA": "“,”",
    "_DOT": "“.”",
    "$END": _("the end"),
}
