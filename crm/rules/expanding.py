"""Rule fields written out: a rule over rules becomes one over columns."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from crm.rules.errors import RuleError
from crm.rules.limits import DEEPEST, MOST_EXPANDED
from crm.rules.resolving import Fields, RuleField, canonical
from crm.rules.tree import All, Any, Between, Comparison, Not, Path, Presence, Rule, Term, Within, terms
from crm.rules.values import read_boolean


def expand(rule: Rule, fields: Fields) -> Rule:
    """The rule with the expression of each Rule field in its place. Raises RuleError for cycles and explosions."""
    return _Expansion(fields).written_out(rule, 1, ())


def fields_read(rule: Rule, fields: Fields) -> frozenset[str]:
    """The true name of every field (`client.email` of a related one) that the rule reads, itself or through Rule fields."""
    found: set[str] = set()
    waiting = [(rule, "")]
    while waiting:
        tree, through = waiting.pop()
        names = {canonical(replace(term.field, through=through), fields) for term in terms(tree)} - found
        found |= names
        inner = ((fields.by_name[name].rule, name) for name in names if name in fields.by_name)
        waiting += [(expression, name) for expression, name in inner if expression is not None]
    return frozenset(found)


@dataclass
class _Expansion:
    fields: Fields
    count: int = 0

    def written_out(self, rule: Rule, level: int, trail: tuple[Path, ...]) -> Rule:
        """`trail` holds the Rule fields that led here, each where it was named."""
        if level > DEEPEST:
            at = trail[0].at if trail else 0
            raise RuleError(_("Written out, the rule is nested deeper than %s levels.") % DEEPEST, at)
        if isinstance(rule, All):
            return All(tuple(self.written_out(part, level + 1, trail) for part in rule.rules))
        if isinstance(rule, Any):
            return Any(tuple(self.written_out(part, level + 1, trail) for part in rule.rules))
        if isinstance(rule, Not):
            return Not(self.written_out(rule.rule, level + 1, trail))
        return self._term(_moved(rule, trail[0]) if trail else rule, level, trail)

    def _term(self, term: Term, level: int, trail: tuple[Path, ...]) -> Rule:
        path = term.field
        field = self.fields.find(path.name, at=path.at, through=path.through)
        if field.kind == "rule" and not path.sub:
            _check_circle(field, trail, path.at)
            return self._truth(term, field, level, (*trail, replace(path, name=field.name)))
        self.count += 1
        if self.count > MOST_EXPANDED:
            raise RuleError(_("Written out, the rule has more than %s comparisons.") % MOST_EXPANDED, path.at)
        return term

    def _truth(self, term: Term, field: RuleField, level: int, trail: tuple[Path, ...]) -> Rule:
        """What a term says about a Rule field, which is true or false and never null."""
        if field.rule is None:
            raise RuleError(_("“%s” has no valid rule.") % field.name, term.field.at)
        wanted = _wanted(term, field)
        holds = self.written_out(field.rule, level + 1, trail)
        if len(wanted) == 1:
            return holds if True in wanted else Not(holds)
        always = Any((holds, Not(holds)))
        return always if wanted else Not(always)


def _wanted(term: Term, field: RuleField) -> set[bool]:
    """The values of the Rule field with which the term holds."""
    if isinstance(term, Presence):
        return {True, False} if term.present else set()
    if isinstance(term, Within):
        return {read_boolean(field, value) for value in term.values}
    if isinstance(term, Between) or term.operator not in {"=", "<>"}:
        raise RuleError(_("“%s” is either true or false, neither more nor less.") % field.name, term.field.at)
    return {read_boolean(field, term.value) is (term.operator == "=")}


def _check_circle(field: RuleField, trail: tuple[Path, ...], at: int) -> None:
    names = [path.name for path in trail]
    if field.name in names:
        circle = " → ".join([*names[names.index(field.name) :], field.name])
        raise RuleError(_("A rule may not read itself: %s.") % circle, at)


def _moved(term: Term, outer: Path) -> Term:
    """A term of a Rule field's expression; what is wrong with it is told where the Rule field was named."""
    field = replace(term.field, at=outer.at, through=outer.name)
    if isinstance(term, Comparison):
        return replace(term, field=field, value=replace(term.value, at=outer.at))
    if isinstance(term, Between):
        return Between(field, replace(term.low, at=outer.at), replace(term.high, at=outer.at))
    if isinstance(term, Within):
        return Within(field, tuple(replace(value, at=outer.at) for value in term.values))
    return replace(term, field=field)
