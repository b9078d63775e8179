"""Tree and one record → explanation: the rule as a tree, each node with its result, each comparison with the actual value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from crm.rules.binding import bind
from crm.rules.conditions import HasRecords, Related
from crm.rules.context import RuleContext
from crm.rules.evaluating import evaluate, referring, value_computed, value_of
from crm.rules.expanding import Trail, expand, placed, rule_name
from crm.rules.printing import print_rule
from crm.rules.resolving import Fields, ResolvedColumn, RuleField, canonical_path, find_reference, resolve
from crm.rules.tree import (
    AllOf,
    AnyOf,
    Comparison,
    FieldPath,
    Leaf,
    LiteralValue,
    NotRule,
    NullCheck,
    RelatedTest,
    Rule,
    Term,
    parts_of,
)

Join: TypeAlias = Literal["all", "any", "not"]
ID = ResolvedColumn(RuleField("id", "id"), "id", ("id",))
MOST_SHOWN = 20  # related records that are explained one by one


@dataclass(frozen=True)
class ExplainedRecords:
    """The related records of a comparison: how many there are, how many of them meet what they are chosen by, and of the
    first, those that do before the others, id and explanation (None where all are chosen). `fields` are theirs.
    """

    entity: str
    of: int
    counted: int
    shown: tuple[tuple[str, "Explanation | None"], ...]
    fields: Fields


@dataclass(frozen=True)
class Clause:
    """One comparison as text, the record's value, and whether it holds. `field` is its canonical name, empty for related records.

    `through` names the Rule field whose expression holds the comparison; empty for what the rule itself says. `inner` is the
    explanation of the Rule field that is compared, if it is one, `related` that of the records.
    """

    text: str
    actual: Any  # whatever the field holds
    holds: bool
    field: str
    term: Leaf
    through: str = ""
    inner: "Explanation | None" = None
    related: ExplainedRecords | None = None

    @property
    def clauses(self) -> tuple["Clause", ...]:
        return (self,)


@dataclass(frozen=True)
class ExplainedGroup:
    """Parts joined by AND or OR, or the one part that NOT turns round. Its result follows from theirs."""

    join: Join
    parts: tuple["Explanation", ...]

    @property
    def holds(self) -> bool:
        results = [part.holds for part in self.parts]
        return any(results) if self.join == "any" else all(results) if self.join == "all" else not results[0]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The comparisons, in the order of the text, without those inside of Rule fields."""
        return tuple(clause for part in self.parts for clause in part.clauses)


Explanation: TypeAlias = Clause | ExplainedGroup


def explain(rule: Rule, record: object, fields: Fields, context: RuleContext) -> Explanation:
    """Why a record matches or not, with the result that `compile_rule` has in the database. Raises RuleError."""
    expand(rule, fields)  # refuses circles, so that what follows ends
    return _Explaining(record, fields, context).explained(rule, Trail())


def evaluate_rule(rule: Rule, record: object, fields: Fields, context: RuleContext) -> bool:
    """The result alone. Raises RuleError."""
    return evaluate(bind(expand(rule, fields), fields, context), record)


def all_clauses(explanation: Explanation) -> Iterator[Clause]:
    """Every comparison; after one of a Rule field, those of its expression."""
    for clause in explanation.clauses:
        yield clause
        if clause.inner:
            yield from all_clauses(clause.inner)


@dataclass(frozen=True)
class _Explaining:
    record: object
    fields: Fields
    context: RuleContext

    def explained(self, rule: Rule, trail: Trail) -> Explanation:
        """`trail` holds the Rule fields that led here."""
        if isinstance(rule, AllOf | AnyOf | NotRule):
            return ExplainedGroup(_join(rule), tuple(self.explained(part, trail) for part in parts_of(rule)))
        leaf = placed(rule, trail)
        return self._of_records(leaf, trail) if isinstance(leaf, RelatedTest) else self._clause(leaf, trail)

    def _clause(self, term: Term, trail: Trail) -> Clause:
        path = canonical_path(term.field, self.fields)
        actual, inner = self._actual(term, trail)
        return Clause(print_rule(term), actual, self._holds(term), str(path), term, term.field.through, inner)

    def _actual(self, term: Term, trail: Trail) -> tuple[Any, Explanation | None]:  # Any: as the field holds it
        """The value, and of a Rule field its explanation too; where the related record is missing, there is neither."""
        column = resolve(term.field, self.fields)
        if column.field.kind != "rule":
            return value_of(column, self.record), None
        path = canonical_path(term.field, self.fields)
        if column.field.rule is None or not self._holds(NullCheck(path, present=True)):
            return None, None
        return self._holds(_is_true(path)), self.explained(column.field.rule, trail.into(path, rule_name(path, self.fields)))

    def _of_records(self, test: RelatedTest, trail: Trail) -> Clause:
        """The number of records that are meant, or what is computed of them, and the first ones with their own explanation."""
        bound = self._bound(test)
        where = bound.records.where
        found = [(each, where is None or evaluate(where, each)) for each in referring(bound.records, self.record)]
        counted = sum(1 for _each, is_meant in found if is_meant)
        actual = counted if isinstance(bound, HasRecords) else value_computed(bound, self.record)
        first = sorted(found, key=lambda each: not each[1])[:MOST_SHOWN]
        fields = find_reference(test.records, self.fields).fields()
        shown = tuple((str(value_of(ID, each)), self._chosen(each, test, fields, trail)) for each, _is_meant in first)
        related = ExplainedRecords(bound.records.reference.entity, len(found), counted, shown, fields)
        return Clause(print_rule(test), actual, self._holds(test), "", test, test.records.through, related=related)

    def _chosen(self, record: Any, test: RelatedTest, fields: Fields, trail: Trail) -> Explanation | None:  # Any: a record
        where = test.records.where
        return _Explaining(record, fields, self.context).explained(where, trail.inside(test.records)) if where else None

    def _bound(self, test: RelatedTest) -> Related:
        """A test of related records stays one."""
        return cast(Related, bind(expand(test, self.fields), self.fields, self.context))

    def _holds(self, rule: Rule) -> bool:
        return evaluate_rule(rule, self.record, self.fields, self.context)


def _join(rule: AllOf | AnyOf | NotRule) -> Join:
    return "all" if isinstance(rule, AllOf) else "any" if isinstance(rule, AnyOf) else "not"


def _is_true(path: FieldPath) -> Rule:
    return Comparison(path, "=", LiteralValue(("true",), path.at))
