"""The rule of a cluster whose members may be pinned: `(rule OR keptIn>=today) AND NOT keptOut>=today`."""

from datetime import date
from typing import Literal

from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.rules.printing import print_rule
from crm.rules.tree import AllOf, AnyOf, Comparison, NotRule, Rule
from crm.schema.record import Record

Kept = Literal["in", "out"]


def with_pins(rule: str, kept_in: str, kept_out: str) -> str:
    """The expression that asks the two date fields beside the rule. Raises RuleError."""
    tree = parse(rule)
    wanted = tree.rules if isinstance(tree, AnyOf) else (tree,)
    return print_rule(AllOf((AnyOf((*wanted, _pinned(kept_in))), NotRule(_pinned(kept_out)))))


def without_pins(expression: str, kept_in: str, kept_out: str) -> str:
    """The rule as people wrote it; the whole expression where it has another shape."""
    try:
        tree = parse(expression)
    except RuleError:
        return expression
    match tree:
        case AllOf(rules=(AnyOf(rules=(*wanted, last)), NotRule(rule=out))) if (last, out) == (
            _pinned(kept_in),
            _pinned(kept_out),
        ):
            return print_rule(wanted[0] if len(wanted) == 1 else AnyOf(tuple(wanted)))
    return expression


def asks_pins(expression: str, kept_in: str, kept_out: str) -> bool:
    return without_pins(expression, kept_in, kept_out) != expression


def fields_asked(expression: str) -> tuple[str, str] | None:
    """The fields of the pins that an expression asks; None where it asks for none."""
    try:
        tree = parse(expression)
    except RuleError:
        return None
    match tree:
        case AllOf(rules=(AnyOf(rules=(*_wanted, Comparison(field=kept_in))), NotRule(rule=Comparison(field=kept_out)))):
            names = str(kept_in), str(kept_out)
            return names if asks_pins(expression, *names) else None
    return None


def kept(record: Record, kept_in: str, kept_out: str, today: date) -> Kept | None:
    """What a record's pin does on that day. Out is stronger than in, as the expression has it."""
    words: tuple[tuple[Kept, str], ...] = (("out", kept_out), ("in", kept_in))
    return next((word for word, name in words if _holds(getattr(record, name, None), today)), None)


def _holds(until: object, today: date) -> bool:
    return type(until) is date and until >= today


def _pinned(field: str) -> Rule:
    return parse(f"{field}>=today")
