"""Tree and one record → explanation: the rule as a tree, each node with its result, each comparison with the actual value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from crm.rules.binding import bind
from crm.rules.context import RuleContext
from crm.rules.evaluating import evaluate, value_of
from crm.rules.expanding import Trail, expand, placed
from crm.rules.printing import print_rule
from crm.rules.resolving import Fields, canonical_path, resolve
from crm.rules.tree import AllOf, AnyOf, Comparison, FieldPath, LiteralValue, NotRule, NullCheck, Rule, Term, parts_of

Join: TypeAlias = Literal["all", "any", "not"]


@dataclass(frozen=True)
class Clause:
    """One comparison as text, the record's value, and whether it holds. `field` is its canonical name.

    `through` names the Rule field whose expression holds the comparison; empty for what the rule itself says. `inner` is the
    explanation of the Rule field that is compared, if it is one.
    """

    text: str
    actual: Any  # whatever the field holds
    holds: bool
    field: str
    term: Term
    through: str = ""
    inner: "Explanation | None" = None

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
    return _Explaining(record, fields, context).explained(rule, ())


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
        return self._clause(placed(rule, trail), trail)

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
        return self._holds(_is_true(path)), self.explained(column.field.rule, (*trail, path))

    def _holds(self, rule: Rule) -> bool:
        return evaluate_rule(rule, self.record, self.fields, self.context)


def _join(rule: AllOf | AnyOf | NotRule) -> Join:
    return "all" if isinstance(rule, AllOf) else "any" if isinstance(rule, AnyOf) else "not"


def _is_true(path: FieldPath) -> Rule:
    return Comparison(path, "=", LiteralValue(("true",), path.at))
