"""Expands Rule fields: a rule over rules becomes one over columns."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from crm.rules.comparisons.values import read_boolean
from crm.rules.errors import RuleError
from crm.rules.limits import MAX_DEPTH, MAX_EXPANDED_TERMS, MAX_RELATED, MAX_RELATED_DEPTH
from crm.rules.resolving import Fields, RuleField, canonical_path, find_reference, resolve
from crm.rules.tree import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    FieldPath,
    InList,
    Leaf,
    NotRule,
    NullCheck,
    ReferringRecords,
    RelatedTest,
    Rule,
    Term,
)


@dataclass(frozen=True)
class Trail:
    """The Rule fields that led to a comparison; the first is named in the rule itself, at `at`.

    `paths` are those asked of the same record, in order, `names` all with their entities, also those of records that refer to it.
    """

    paths: tuple[FieldPath, ...] = ()
    names: tuple[str, ...] = ()
    at: int = 0
    through: str = ""

    def into(self, path: FieldPath, name: str) -> "Trail":
        """The trail inside the expression of a Rule field."""
        at = self.at if self.through else path.at
        return Trail((*self.paths, path), (*self.names, name), at, str(path))

    def inside(self, records: ReferringRecords) -> "Trail":
        """The trail inside of what related records are chosen by."""
        return Trail((), self.names, records.at if records.through else 0, records.through)

    @property
    def relation(self) -> str:
        """The relationship that led to the record that is asked, if one did."""
        return next((path.name for path in self.paths if path.sub), "")


def expand(rule: Rule, fields: Fields) -> Rule:
    """The rule with the expression of each Rule field in its place. Raises RuleError for cycles and explosions."""
    return _Expansion(fields, _Size()).expanded(rule, 1, Trail())


def placed(leaf: Leaf, trail: Trail) -> Leaf:
    """A comparison of a Rule field's expression as it is asked of the record itself: through the relationship that led to the
    Rule field, if one did. What is wrong with it is reported where the first Rule field was named. Raises RuleError.
    """
    if not trail.through:
        return leaf
    if isinstance(leaf, RelatedTest):
        return _placed_records(leaf, trail)
    relation = trail.relation
    if relation and leaf.field.sub:
        raise _second_step(trail, str(leaf.field))
    own = replace(leaf.field, at=trail.at, through=trail.through)
    return _moved(leaf, replace(own, name=relation, sub=own.name) if relation else own)


def _placed_records(test: RelatedTest, trail: Trail) -> RelatedTest:
    records = replace(test.records, via=trail.relation, at=trail.at, through=trail.through)
    moved = _moved(test.test, replace(test.test.field, at=trail.at)) if test.test else None
    return replace(test, records=records, test=moved)


def _second_step(trail: Trail, path: str) -> RuleError:
    words = {"rule": trail.through, "path": path}
    return RuleError(
        _("“%(rule)s” cannot be asked: its rule reads “%(path)s”, a second step to another record.") % words, trail.at
    )


@dataclass
class _Size:
    """How much there is in a rule that is written out."""

    terms: int = 0
    related: int = 0

    def add(self, leaf: Leaf, at: int) -> None:
        self.terms += 1
        self.related += isinstance(leaf, RelatedTest)
        if self.terms > MAX_EXPANDED_TERMS:
            raise RuleError(_("Written out, the rule has more than %s comparisons.") % MAX_EXPANDED_TERMS, at)
        if self.related > MAX_RELATED:
            raise RuleError(_("Written out, the rule has more than %s conditions on related records.") % MAX_RELATED, at)


@dataclass
class _Expansion:
    fields: Fields
    size: _Size
    steps: int = 0  # to records that refer to the ones before

    def expanded(self, rule: Rule, level: int, trail: Trail) -> Rule:
        if level > MAX_DEPTH:
            raise RuleError(_("Written out, the rule is nested deeper than %s levels.") % MAX_DEPTH, trail.at)
        if isinstance(rule, AllOf):
            return AllOf(tuple(self.expanded(part, level + 1, trail) for part in rule.rules))
        if isinstance(rule, AnyOf):
            return AnyOf(tuple(self.expanded(part, level + 1, trail) for part in rule.rules))
        if isinstance(rule, NotRule):
            return NotRule(self.expanded(rule.rule, level + 1, trail))
        leaf = placed(rule, trail)
        return self._related(leaf, level, trail) if isinstance(leaf, RelatedTest) else self._term(leaf, level, trail)

    def _related(self, test: RelatedTest, level: int, trail: Trail) -> Rule:
        self.size.add(test, test.at)
        if self.steps == MAX_RELATED_DEPTH:
            reason = _("Conditions on related records are nested deeper than %s levels.")
            raise RuleError(reason % MAX_RELATED_DEPTH, test.at)
        records, fields = test.records, find_reference(test.records, self.fields).fields()
        if records.where is None:
            return test
        inner = _Expansion(fields, self.size, self.steps + 1)
        where = inner.expanded(records.where, level + 1, trail.inside(records))
        return replace(test, records=replace(records, where=where))

    def _term(self, term: Term, level: int, trail: Trail) -> Rule:
        path = canonical_path(term.field, self.fields)
        field = resolve(path, self.fields).field
        if field.kind == "rule":
            return self._of_rule_field(term, field, level, trail.into(path, self._name(path, trail)))
        self.size.add(term, path.at)
        return term

    def _name(self, path: FieldPath, trail: Trail) -> str:
        """The Rule field's name and its entity's. Raises RuleError if it led here itself."""
        name = rule_name(path, self.fields)
        if name in trail.names:
            raise _circle([*trail.names[trail.names.index(name) :], name], path.at)
        return name

    def _of_rule_field(self, term: Term, field: RuleField, level: int, trail: Trail) -> Rule:
        """A term about a Rule field. The record's own is true or false and never null; a
        related record's is null where that is missing, and what is null equals nothing.
        """
        path = trail.paths[-1]
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


def rule_name(path: FieldPath, fields: Fields) -> str:
    """`CL.Loyal`: the entity of a Rule field and its name."""
    related = fields.find(path.name, through="any").related if path.sub else None
    return f"{related.entity if related else fields.entity}.{path.sub or path.name}"


def _circle(names: list[str], at: int) -> RuleError:
    """The names without their entity where there is but one."""
    entities = {name.partition(".")[0] for name in names}
    first, *others = names if len(entities) > 1 else [name.partition(".")[2] for name in names]
    steps = "".join(_(", which is a rule over %s") % other for other in others[1:])
    circle = _("%(rule)s is a rule over %(other)s") % {"rule": first, "other": others[0]} + steps
    return RuleError(_("A rule may not read itself: %s.") % circle, at)


def _moved(term: Term, field: FieldPath) -> Term:
    """The term about this path, its values at the same place."""
    if isinstance(term, Comparison):
        return replace(term, field=field, value=replace(term.value, at=field.at))
    if isinstance(term, Between):
        return Between(field, replace(term.low, at=field.at), replace(term.high, at=field.at))
    if isinstance(term, InList):
        return InList(field, tuple(replace(value, at=field.at) for value in term.values))
    return replace(term, field=field)
