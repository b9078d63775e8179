"""Text → tree."""

import re
from functools import cache
from typing import NoReturn

from django.utils.translation import gettext as _
from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from crm.rules.errors import RuleError, Words
from crm.rules.grammar import GRAMMAR, QUOTED, WORDS
from crm.rules.limits import DEEPEST, LONGEST, MOST_STARS, MOST_TERMS, MOST_VALUES
from crm.rules.tree import All, Any, Between, Comparison, Literal, Not, Path, Presence, Rule, Within, depth, terms

UNWRITABLE = re.compile(r"[\x00\ud800-\udfff]")
# A quote inside a word, as in O'Brien, opens nothing.
BRACKETS = re.compile(rf"(?<=[\s=<>(,]){QUOTED}|[()]")
QUOTES = "\"'“”\u2018\u2019"
# A backslash takes their meaning from quotes, wildcards and itself; before anything else it is a backslash.
PIECE = re.compile(r"\\[\\*\"'“”\u2018\u2019]|\*|[^\\*]+|\\")


def parse(text: str) -> Rule:
    """The tree of a rule. Raises RuleError."""
    _check_text(text)
    try:
        return parser().parse(text)  # type: ignore[return-value]  # the transformer below makes rules of Lark's trees
    except UnexpectedInput as fault:
        _refuse(text, fault)


@cache
def parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=Builder(), maybe_placeholders=False)


def literal(written: str, at: int = 0) -> Literal:
    """The value of a text in which `*` is a wildcard and a backslash takes a special meaning away."""
    parts = [""]
    for piece in PIECE.findall(written):
        if piece == "*":
            parts.append("")
        else:
            parts[-1] += piece[1:] if len(piece) == 2 and piece[0] == "\\" else piece
    if len(parts) > MOST_STARS + 1:
        raise RuleError(_("A value takes at most %s wildcards.") % MOST_STARS, at)
    return Literal(tuple(parts), at)


def _check_text(text: str) -> None:
    """Refuses before parsing what would cost much to parse, and what no database takes."""
    if len(text) > LONGEST:
        message = _("The rule has %(n)s characters; at most %(most)s are allowed.")
        raise RuleError(message % {"n": len(text), "most": LONGEST}, LONGEST)
    if found := UNWRITABLE.search(text):
        raise RuleError(_("The rule holds a character that cannot be stored."), found.start())
    if not text.strip():
        raise RuleError(_("The rule is empty."), expected=(WORDS["NAME"],))
    _check_brackets(text)


def _check_brackets(text: str) -> None:
    level = 0
    for found in BRACKETS.finditer(text):
        level += {"(": 1, ")": -1}.get(found[0], 0)
        if level > DEEPEST:
            _too_deep(found.start())


def _too_deep(at: int) -> NoReturn:
    raise RuleError(_("The rule is nested too deeply; at most %s levels are allowed.") % DEEPEST, at)


def _refuse(text: str, fault: UnexpectedInput) -> NoReturn:
    at = len(text) if _at_end(fault) else fault.pos_in_stream or 0
    rest = text[at:].split(maxsplit=1)
    if not rest:
        reason = _("The rule ends too early.")
    elif rest[0][0] not in QUOTES and WORDS["BARE"] in _expected(fault):
        reason = _("“%s” is no value; text with parentheses, signs, AND or OR goes in quotes.") % rest[0][:30]
    elif rest[0][0] in QUOTES:
        reason = _("This quote is not closed, or stands where no value is expected.")
    else:
        reason = _("“%s” is not expected here.") % rest[0][:30]
    raise RuleError(reason, at, expected=_expected(fault)) from None


def _at_end(fault: UnexpectedInput) -> bool:
    return isinstance(fault, UnexpectedToken) and fault.token.type == "$END"


def _expected(fault: UnexpectedInput) -> tuple[Words, ...]:
    possible = _possible(fault)
    return tuple(dict.fromkeys(word for name, word in WORDS.items() if name in possible))


def _possible(fault: UnexpectedInput) -> set[str]:
    """The names of the words that could stand here."""
    if isinstance(fault, UnexpectedToken):
        return set(fault.accepts or fault.expected)
    return set(fault.allowed or ()) if isinstance(fault, UnexpectedCharacters) else set()


def _deeper(rule: Rule, at: int) -> Rule:
    if depth(rule) > DEEPEST:
        _too_deep(at)
    return rule


class Builder(Transformer):
    """Makes each part of the tree as soon as the parser has read it."""

    def start(self, children: list[Rule]) -> Rule:
        rule = _deeper(children[0], 0)
        if (count := sum(1 for _term in terms(rule))) > MOST_TERMS:
            message = _("The rule has %(n)s comparisons; at most %(most)s are allowed.")
            raise RuleError(message % {"n": count, "most": MOST_TERMS})
        return rule

    def any(self, children: list[Rule]) -> Rule:
        return Any(tuple(children))

    def all(self, children: list[Rule]) -> Rule:
        return All(tuple(children))

    def group(self, children: tuple[Token, Rule]) -> Rule:
        return _deeper(children[1], children[0].start_pos or 0)

    def negation(self, children: tuple[Token, Rule]) -> Rule:
        return _deeper(Not(children[1]), children[0].start_pos or 0)

    def path(self, children: list[Token]) -> Path:
        sub = str(children[1]) if len(children) > 1 else ""
        return Path(str(children[0]), sub, at=children[0].start_pos or 0)

    def bare(self, children: list[Token]) -> Literal:
        at = children[0].start_pos or 0
        if children[0].lower() == "null":
            raise RuleError(_("Nothing equals null: write “is null” or “is not null”, or put the text in quotes."), at)
        return literal(children[0], at)

    def quoted(self, children: list[Token]) -> Literal:
        return literal(children[0][1:-1], children[0].start_pos or 0)

    def comparison(self, children: tuple[Path, Token, Literal]) -> Rule:
        path, operator, value = children
        return Comparison(path, "<>" if operator == "!=" else str(operator), value)  # type: ignore[arg-type]  # the grammar's operators

    def containing(self, children: tuple[Path, Literal]) -> Rule:
        return Comparison(children[0], "contains", children[1])

    def not_containing(self, children: tuple[Path, Literal]) -> Rule:
        return Not(self.containing(children))

    def between(self, children: tuple[Path, Literal, Literal]) -> Rule:
        return Between(*children)

    def not_between(self, children: tuple[Path, Literal, Literal]) -> Rule:
        return Not(self.between(children))

    def within(self, children: list) -> Rule:
        path, _left, *values = children
        if len(values) > MOST_VALUES:
            message = _("The list has %(n)s values; at most %(most)s are allowed.")
            raise RuleError(message % {"n": len(values), "most": MOST_VALUES}, path.at)
        return Within(path, tuple(values))

    def not_within(self, children: list) -> Rule:
        return Not(self.within(children))

    def missing(self, children: list[Path]) -> Rule:
        return Presence(children[0], present=False)

    def present(self, children: list[Path]) -> Rule:
        return Presence(children[0], present=True)
