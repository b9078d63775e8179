"""Tree and one record → explanation: the rule as a tree, each node with its result, each comparison with the actual value."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from crm.rules.binding import bind
from crm.rules.bucket_numbers import bucket_of
from crm.rules.conditions import MEASURE, ComputedRecords, HasRecords, Related
from crm.rules.context import RuleContext
from crm.rules.evaluating import computed_of, evaluate, referring, value_of
from crm.rules.expanding import Trail, expand, placed, rule_name
from crm.rules.printing import print_rule
from crm.rules.resolving import Fields, canonical_path, find_reference, resolve
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
MOST_SHOWN = 20  # related records that are explained one by one


@dataclass(frozen=True)
class RelatedVerdict:
    """A related record, its value where something is computed of it, and its explanation; None where all are chosen."""

    record: Any  # a record of the other entity
    value: Any  # whatever its field holds
    tree: "Explanation | None"


@dataclass(frozen=True)
class ExplainedRecords:
    """The related records of a comparison: how many there are, how many of them meet what they are chosen by, and the first
    of them, those that do before the others. `fields` are theirs.
    """

    entity: str
    of: int
    counted: int
    first: tuple[RelatedVerdict, ...]
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
        if term.field.buckets:
            return bucket_of(value_of(column, self.record), term.field.buckets), None
        if column.field.kind != "rule":
            return value_of(column, self.record), None
        path = canonical_path(term.field, self.fields)
        if column.field.rule is None or not self._holds(NullCheck(path, present=True)):
            return None, None
        return self._holds(_is_true(path)), self.explained(column.field.rule, trail.into(path, rule_name(path, self.fields)))

    def _of_records(self, test: RelatedTest, trail: Trail) -> Clause:
        """The number of records that are meant, or what is computed of them, and the first ones with their own explanation."""
        bound, reference = self._bound(test), find_reference(test.records, self.fields)
        where = bound.records.where
        found = [(each, where is None or evaluate(where, each)) for each in referring(bound.records, self.record)]
        meant = [each for each, is_meant in found if is_meant]
        actual, holds = _result(bound, meant)
        first = sorted(found, key=lambda each: not each[1])[:MOST_SHOWN]
        verdicts = tuple(self._verdict(each, bound, test, trail) for each, _is_meant in first)
        related = ExplainedRecords(reference.entity, len(found), len(meant), verdicts, reference.fields())
        return Clause(print_rule(test), actual, holds, "", test, test.records.through, related=related)

    def _verdict(self, record: object, bound: Related, test: RelatedTest, trail: Trail) -> RelatedVerdict:
        where, fields = test.records.where, bound.records.reference.fields()
        of = bound.of if isinstance(bound, ComputedRecords) else None
        tree = _Explaining(record, fields, self.context).explained(where, trail.inside(test.records)) if where else None
        return RelatedVerdict(record, value_of(of, record) if of else None, tree)

    def _bound(self, test: RelatedTest) -> Related:
        """A test of related records stays one."""
        return cast(Related, bind(expand(test, self.fields), self.fields, self.context))

    def _holds(self, rule: Rule) -> bool:
        return evaluate_rule(rule, self.record, self.fields, self.context)


def _result(bound: Related, meant: Sequence[object]) -> tuple[Any, bool]:  # Any: a number or a date, None for none
    """The number of the records or what is computed of them, and whether that is what the rule asks for."""
    if isinstance(bound, HasRecords):
        return len(meant), bool(meant)
    value = computed_of(bound, meant)
    return value, evaluate(bound.test, {MEASURE: value})


def _join(rule: AllOf | AnyOf | NotRule) -> Join:
    return "all" if isinstance(rule, AllOf) else "any" if isinstance(rule, AnyOf) else "not"


def _is_true(path: FieldPath) -> Rule:
    return Comparison(path, "=", LiteralValue(("true",), path.at))
