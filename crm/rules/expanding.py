"""Expands Rule fields: a rule over rules becomes one over columns."""

from dataclasses import dataclass, replace
from typing import TypeAlias

from django.utils.translation import gettext as _

from crm.rules.errors import RuleError
from crm.rules.limits import MAX_DEPTH, MAX_EXPANDED_TERMS
from crm.rules.resolving import Fields, RuleField, canonical_path, resolve
from crm.rules.tree import AllOf, AnyOf, Between, Comparison, FieldPath, InList, NotRule, NullCheck, Rule, Term, terms
from crm.rules.values import read_boolean

# The Rule fields that led to a term, by their canonical paths; the first is named in the rule itself.
Trail: TypeAlias = tuple[FieldPath, ...]


def expand(rule: Rule, fields: Fields) -> Rule:
    """The rule with the expression of each Rule field in its place. Raises RuleError for cycles and explosions."""
    return _Expansion(fields).expanded(rule, 1, ())


def fields_read(rule: Rule, fields: Fields) -> frozenset[str]:
    """The canonical name of every field (`client.email` of a related
    one) that the rule reads, directly or through Rule fields."""
    found: set[str] = set()
    waiting: list[tuple[Rule, Trail]] = [(rule, ())]
    while waiting:
        tree, trail = waiting.pop()
        for path in [canonical_path(placed(term, trail).field, fields) for term in terms(tree)]:
            column = resolve(path, fields)
            if column.field.rule is not None and str(path) not in found:
                waiting.append((column.field.rule, (*trail, path)))
            found |= {str(path), f"{path}.{column.shown.field.name}"} if column.shown else {str(path)}
    return frozenset(found)


def placed(term: Term, trail: Trail) -> Term:
    """A term of a Rule field's expression as it is asked of the record itself: through the relationship that led to the
    Rule field, if one did. What is wrong with it is reported where the first Rule field was named. Raises RuleError.
    """
    if not trail:
        return term
    relation = next((path.name for path in trail if path.sub), "")
    if relation and term.field.sub:
        words = {"rule": trail[-1], "path": term.field}
        raise RuleError(
            _("“%(rule)s” cannot be asked: its rule reads “%(path)s”, a second step to another record.") % words, trail[0].at
        )
    own = replace(term.field, at=trail[0].at, through=str(trail[-1]))
    return _moved(term, replace(own, name=relation, sub=own.name) if relation else own)


@dataclass
class _Expansion:
    fields: Fields
    count: int = 0

    def expanded(self, rule: Rule, level: int, trail: Trail) -> Rule:
        if level > MAX_DEPTH:
            at = trail[0].at if trail else 0
            raise RuleError(_("Written out, the rule is nested deeper than %s levels.") % MAX_DEPTH, at)
        if isinstance(rule, AllOf):
            return AllOf(tuple(self.expanded(part, level + 1, trail) for part in rule.rules))
        if isinstance(rule, AnyOf):
            return AnyOf(tuple(self.expanded(part, level + 1, trail) for part in rule.rules))
        if isinstance(rule, NotRule):
            return NotRule(self.expanded(rule.rule, level + 1, trail))
        return self._term(placed(rule, trail), level, trail)

    def _term(self, term: Term, level: int, trail: Trail) -> Rule:
        path = canonical_path(term.field, self.fields)
        field = resolve(path, self.fields).field
        if field.kind == "rule":
            _check_circle(path, trail)
            return self._of_rule_field(term, field, level, (*trail, path))
        self.count += 1
        if self.count > MAX_EXPANDED_TERMS:
            raise RuleError(_("Written out, the rule has more than %s comparisons.") % MAX_EXPANDED_TERMS, path.at)
        return term

    def _of_rule_field(self, term: Term, field: RuleField, level: int, trail: Trail) -> Rule:
        """A term about a Rule field. The record's own is true or false and never null; a
        related record's is null where that is missing, and what is null equals nothing.
        """
        path = trail[-1]
        if isinstance(term, Comparison) and term.operator == "<>":
            return NotRule(self._of_rule_field(replace(term, operator="="), field, level + 1, trail))
        if field.rule is None:
            raise RuleError(_("“%s” has no valid rule.") % path, path.at)
        if not path.sub:
            return self._truth(_wanted(term, field), field.rule, level, trail)
        there = NullCheck(replace(path, sub=""), present=True)
        if isinstance(term, NullCheck):
            return there if term.present else NotRule(there)
        return AllOf((there, self._truth(_wanted(term, field), field.rule, level + 1, trail)))

    def _truth(self, wanted: set[bool], expression: Rule, level: int, trail: Trail) -> Rule:
        """That the expression's result is one of those that are wanted."""
        holds = self.expanded(expression, level + 1, trail)
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
    if isinstance(term, Between) or term.operator != "=":
        raise RuleError(_("“%s” is either true or false, neither more nor less.") % field.name, term.field.at)
    return {read_boolean(field, term.value)}


def _check_circle(path: FieldPath, trail: Trail) -> None:
    names = list(map(str, trail))
    if str(path) in names:
        circle = " → ".join([*names[names.index(str(path)) :], str(path)])
        raise RuleError(_("A rule may not read itself: %s.") % circle, path.at)


def _moved(term: Term, field: FieldPath) -> Term:
    """The term about this path, its values at the same place."""
    if isinstance(term, Comparison):
        return replace(term, field=field, value=replace(term.value, at=field.at))
    if isinstance(term, Between):
        return Between(field, replace(term.low, at=field.at), replace(term.high, at=field.at))
    if isinstance(term, InList):
        return InList(field, tuple(replace(value, at=field.at) for value in term.values))
    return replace(term, field=field)
