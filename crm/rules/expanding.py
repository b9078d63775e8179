"""Expands Rule fields: a rule over rules becomes one over columns."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from crm.rules.errors import RuleError
from crm.rules.limits import MAX_DEPTH, MAX_EXPANDED_TERMS
from crm.rules.resolving import Fields, RuleField, canonical_name
from crm.rules.tree import AllOf, AnyOf, Between, Comparison, FieldPath, InList, NotRule, NullCheck, Rule, Term, terms
from crm.rules.values import read_boolean


def expand(rule: Rule, fields: Fields) -> Rule:
    """The rule with the expression of each Rule field in its place. Raises RuleError for cycles and explosions."""
    return _Expansion(fields).expanded(rule, 1, ())


def fields_read(rule: Rule, fields: Fields) -> frozenset[str]:
    """The canonical name of every field (`client.email` of a related one) that the rule reads, directly or through Rule fields."""
    found: set[str] = set()
    waiting = [(rule, "")]
    while waiting:
        tree, through = waiting.pop()
        names = {canonical_name(replace(term.field, through=through), fields) for term in terms(tree)} - found
        found |= names
        inner = ((fields.by_name[name].rule, name) for name in names if name in fields.by_name)
        waiting += [(expression, name) for expression, name in inner if expression is not None]
    return frozenset(found)


@dataclass
class _Expansion:
    fields: Fields
    count: int = 0

    def expanded(self, rule: Rule, level: int, trail: tuple[FieldPath, ...]) -> Rule:
        """`trail` holds the Rule fields that led here, each where it was named."""
        if level > MAX_DEPTH:
            at = trail[0].at if trail else 0
            raise RuleError(_("Written out, the rule is nested deeper than %s levels.") % MAX_DEPTH, at)
        if isinstance(rule, AllOf):
            return AllOf(tuple(self.expanded(part, level + 1, trail) for part in rule.rules))
        if isinstance(rule, AnyOf):
            return AnyOf(tuple(self.expanded(part, level + 1, trail) for part in rule.rules))
        if isinstance(rule, NotRule):
            return NotRule(self.expanded(rule.rule, level + 1, trail))
        return self._term(_moved(rule, trail[0]) if trail else rule, level, trail)

    def _term(self, term: Term, level: int, trail: tuple[FieldPath, ...]) -> Rule:
        path = term.field
        field = self.fields.find(path.name, at=path.at, through=path.through)
        if field.kind == "rule" and not path.sub:
            _check_circle(field, trail, path.at)
            return self._truth(term, field, level, (*trail, replace(path, name=field.name)))
        self.count += 1
        if self.count > MAX_EXPANDED_TERMS:
            raise RuleError(_("Written out, the rule has more than %s comparisons.") % MAX_EXPANDED_TERMS, path.at)
        return term

    def _truth(self, term: Term, field: RuleField, level: int, trail: tuple[FieldPath, ...]) -> Rule:
        """A term about a Rule field, which is true or false and never null, as a rule over its expression."""
        if field.rule is None:
            raise RuleError(_("“%s” has no valid rule.") % field.name, term.field.at)
        wanted = _wanted(term, field)
        holds = self.expanded(field.rule, level + 1, trail)
        if len(wanted) == 1:
            return holds if True in wanted else NotRule(holds)
        always = AnyOf((holds, NotRule(holds)))
        return always if wanted else NotRule(always)


def _wanted(term: Term, field: RuleField) -> set[bool]:
    """The values of the Rule field with which the term holds."""
    if isinstance(term, NullCheck):
        return {True, False} if term.present else set()
    if isinstance(term, InList):
        return {read_boolean(field, value) for value in term.values}
    if isinstance(term, Between) or term.operator not in {"=", "<>"}:
        raise RuleError(_("“%s” is either true or false, neither more nor less.") % field.name, term.field.at)
    return {read_boolean(field, term.value) is (term.operator == "=")}


def _check_circle(field: RuleField, trail: tuple[FieldPath, ...], at: int) -> None:
    names = [path.name for path in trail]
    if field.name in names:
        circle = " → ".join([*names[names.index(field.name) :], field.name])
        raise RuleError(_("A rule may not read itself: %s.") % circle, at)


def _moved(term: Term, outer: FieldPath) -> Term:
    """A term of a Rule field's expression; what is wrong with it is reported where the Rule field was named."""
    field = replace(term.field, at=outer.at, through=outer.name)
    if isinstance(term, Comparison):
        return replace(term, field=field, value=replace(term.value, at=outer.at))
    if isinstance(term, Between):
        return Between(field, replace(term.low, at=outer.at), replace(term.high, at=outer.at))
    if isinstance(term, InList):
        return InList(field, tuple(replace(value, at=outer.at) for value in term.values))
    return replace(term, field=field)
