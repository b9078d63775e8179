"""The rule of a cluster whose members may be pinned: `(rule OR keptIn>=today) AND NOT keptOut>=today`."""

from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.rules.printing import print_rule
from crm.rules.tree import AllOf, AnyOf, NotRule, Rule


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


def _pinned(field: str) -> Rule:
    return parse(f"{field}>=today")
