"""Text → tree."""

import re
from dataclasses import replace
from functools import cache
from typing import NoReturn, TypeAlias

from django.utils.translation import gettext as _
from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from crm.rules.errors import RuleError, Translatable, counted
from crm.rules.grammar import GRAMMAR, QUOTED, WORDS
from crm.rules.limits import MAX_BUCKETS, MAX_DEPTH, MAX_LENGTH, MAX_TERMS, MAX_VALUES, MAX_WILDCARDS
from crm.rules.tree import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    FieldPath,
    InList,
    LiteralValue,
    NotRule,
    NullCheck,
    Operator,
    ReferringRecords,
    RelatedTest,
    Rule,
    Term,
    count_terms,
    depth,
)

Subject: TypeAlias = FieldPath | RelatedTest  # the latter still without its test
UNWRITABLE = re.compile(r"[\x00\ud800-\udfff]")
# A quote inside a word, as in O'Brien, opens no quoted text.
BRACKETS = re.compile(rf"(?<![^\s=<>(,.]){QUOTED}|[()]")
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


def literal(written: str, at: int = 0) -> LiteralValue:
    """The value of a text in which `*` is a wildcard and a backslash takes a special meaning away."""
    parts = wildcard_parts(written)
    if len(parts) > MAX_WILDCARDS + 1:
        raise RuleError(_("A value takes at most %s wildcards.") % MAX_WILDCARDS, at)
    return LiteralValue(parts, at)


def wildcard_parts(written: str) -> tuple[str, ...]:
    """The texts between the wildcards."""
    parts = [""]
    for piece in PIECE.findall(written):
        if piece == "*":
            parts.append("")
        else:
            parts[-1] += piece[1:] if len(piece) == 2 and piece[0] == "\\" else piece
    return tuple(parts)


def _check_text(text: str) -> None:
    """Refuses before parsing what would cost much to parse, and what no database takes."""
    if len(text) > MAX_LENGTH:
        message = _("The rule has %(n)s characters; at most %(most)s are allowed.")
        raise RuleError(message % {"n": counted(len(text)), "most": counted(MAX_LENGTH)}, MAX_LENGTH)
    if found := UNWRITABLE.search(text):
        raise RuleError(_("The rule holds a character that cannot be stored."), found.start())
    if not text.strip():
        raise RuleError(_("The rule is empty."), expected=(WORDS["NAME"],))
    _check_brackets(text)


def _check_brackets(text: str) -> None:
    level = 0
    for found in BRACKETS.finditer(text):
        level += {"(": 1, ")": -1}.get(found[0], 0)
        if level > MAX_DEPTH:
            _too_deep(found.start())


def _too_deep(at: int) -> NoReturn:
    raise RuleError(_("The rule is nested too deeply; at most %s levels are allowed.") % MAX_DEPTH, at)


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


def _expected(fault: UnexpectedInput) -> tuple[Translatable, ...]:
    possible = _possible(fault)
    return tuple(dict.fromkeys(word for name, word in WORDS.items() if name in possible))


def _possible(fault: UnexpectedInput) -> set[str]:
    """The names of the words that could stand here."""
    if isinstance(fault, UnexpectedToken):
        return set(fault.accepts or fault.expected)
    return set(fault.allowed or ()) if isinstance(fault, UnexpectedCharacters) else set()


def _deeper(rule: Rule, at: int) -> Rule:
    if depth(rule) > MAX_DEPTH:
        _too_deep(at)
    return rule


class Builder(Transformer):
    """Makes each part of the tree as soon as the parser has read it."""

    def start(self, children: list[Rule]) -> Rule:
        rule = _deeper(children[0], 0)
        if (count := count_terms(rule)) > MAX_TERMS:
            message = _("The rule has %(n)s comparisons; at most %(most)s are allowed.")
            raise RuleError(message % {"n": counted(count), "most": counted(MAX_TERMS)})
        return rule

    def any(self, children: list[Rule]) -> Rule:
        return AnyOf(tuple(children))

    def all(self, children: list[Rule]) -> Rule:
        return AllOf(tuple(children))

    def group(self, children: tuple[Token, Rule]) -> Rule:
        return _deeper(children[1], children[0].start_pos or 0)

    def negation(self, children: tuple[Token, Rule]) -> Rule:
        return _deeper(NotRule(children[1]), children[0].start_pos or 0)

    def path(self, children: list[Token]) -> FieldPath:
        sub = _name(children[1]) if len(children) > 1 else ""
        return FieldPath(_name(children[0]), sub, at=children[0].start_pos or 0)

    def anniversary(self, children: list) -> FieldPath:
        return replace(children[2], yearly=True)

    def bucket(self, children: list[Token]) -> FieldPath:
        word, _left, size = children
        if not 2 <= int(size) <= MAX_BUCKETS:
            raise RuleError(_("Records are put into 2 to %s buckets.") % MAX_BUCKETS, size.start_pos or 0)
        return FieldPath("id", buckets=int(size), at=word.start_pos or 0)

    def by(self, children: list[Token]) -> str:
        return str(children[0])

    def where(self, children: list[Rule]) -> Rule:
        return children[0]

    def has(self, children: list) -> Rule:
        return _deeper(RelatedTest("has", _records(children[2:], children[0])), children[0].start_pos or 0)

    def count(self, children: list) -> RelatedTest:
        return RelatedTest("count", _records(children[2:], children[0]))

    def computed(self, children: list) -> RelatedTest:
        """Without its test, which follows."""
        word, _left, entity, name, *rest = children
        return RelatedTest(word.lower(), _records([entity, *rest], word), of=_name(name))

    def bare(self, children: list[Token]) -> LiteralValue:
        at = children[0].start_pos or 0
        if children[0].lower() in {"null", "[null]"}:
            raise RuleError(_("Nothing equals null: write “is null” or “is not null”, or put the text in quotes."), at)
        return literal(children[0], at)

    def quoted(self, children: list[Token]) -> LiteralValue:
        return literal(children[0][1:-1], children[0].start_pos or 0)

    def comparison(self, children: tuple[Subject, Token, LiteralValue]) -> Rule:
        subject, operator, value = children
        return self._compared(subject, "<>" if operator == "!=" else str(operator), value)  # type: ignore[arg-type]  # the grammar's operators

    def containing(self, children: tuple[Subject, LiteralValue]) -> Rule:
        return self._compared(children[0], "contains", children[1])

    def not_containing(self, children: tuple[Subject, LiteralValue]) -> Rule:
        return NotRule(self.containing(children))

    def starting(self, children: tuple[Subject, LiteralValue]) -> Rule:
        return self._compared(children[0], "starts with", children[1])

    def not_starting(self, children: tuple[Subject, LiteralValue]) -> Rule:
        return NotRule(self.starting(children))

    def ending(self, children: tuple[Subject, LiteralValue]) -> Rule:
        return self._compared(children[0], "ends with", children[1])

    def not_ending(self, children: tuple[Subject, LiteralValue]) -> Rule:
        return NotRule(self.ending(children))

    def between(self, children: tuple[Subject, LiteralValue, LiteralValue]) -> Rule:
        subject, low, high = children
        return _asked(subject, Between(_field(subject), low, high))

    def not_between(self, children: tuple[Subject, LiteralValue, LiteralValue]) -> Rule:
        return NotRule(self.between(children))

    def within(self, children: list) -> Rule:
        subject, _left, *values = children
        if len(values) > MAX_VALUES:
            message = _("The list has %(n)s values; at most %(most)s are allowed.")
            raise RuleError(message % {"n": counted(len(values)), "most": counted(MAX_VALUES)}, subject.at)
        return _asked(subject, InList(_field(subject), tuple(values)))

    def not_within(self, children: list) -> Rule:
        return NotRule(self.within(children))

    def missing(self, children: list[Subject]) -> Rule:
        return _asked(children[0], NullCheck(_field(children[0]), present=False))

    def present(self, children: list[Subject]) -> Rule:
        return _asked(children[0], NullCheck(_field(children[0]), present=True))

    def _compared(self, subject: Subject, operator: Operator, value: LiteralValue) -> Rule:
        return _asked(subject, Comparison(_field(subject), operator, value))


def _name(token: Token) -> str:
    """A label keeps its quotes, straight ones."""
    return f'"{literal(token[1:-1]).text}"' if token.type == "LABEL" else str(token)


def _records(children: list, word: Token) -> ReferringRecords:
    entity, *rest = children
    by = next((part for part in rest if isinstance(part, str)), "")
    where = next((part for part in rest if not isinstance(part, str)), None)
    return ReferringRecords(str(entity), by, where, at=word.start_pos or 0)


def _field(subject: Subject) -> FieldPath:
    """What is compared; of a computed value a field that is named as its function."""
    return subject if isinstance(subject, FieldPath) else FieldPath(subject.function, at=subject.at)


def _asked(subject: Subject, term: Term) -> Rule:
    return term if isinstance(subject, FieldPath) else _deeper(replace(subject, test=term), subject.at)
