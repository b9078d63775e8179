"""The explanation of one membership, for pages and programs: the rule as a tree whose every node has its result."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from clusters.models import Cluster
from crm.rules.explaining import Join
from crm.schema.record import Record


@dataclass(frozen=True)
class ExplainedRecord:
    """A related record: what it is called, its page, its value where something is computed, and why it counts or does not;
    no tree where all of them count.
    """

    id: str
    title: str
    address: str
    shown: str
    tree: "ExplainedNode | None"

    @property
    def holds(self) -> bool:
        return self.tree is None or self.tree.holds


@dataclass(frozen=True)
class CountedRecords:
    """How many related records count, of how many, and the first of them, those that do before the others."""

    counted: int
    of: int
    records: tuple[ExplainedRecord, ...]

    def as_json(self) -> dict[str, Any]:
        records = [{"id": each.id, "tree": each.tree.as_json() if each.tree else None} for each in self.records]
        return {"counted": self.counted, "of": self.of, "records": records}


@dataclass(frozen=True)
class ExplainedClause:
    """A comparison as people read it, also in `words`; the actual value, also as `shown`; its result.

    `tree` explains the Rule field that is compared, if it is one, `related` the records that refer to this one, if it is about
    such. `keeps_out`: were its result another, the record could be in. `about`: the field that is compared, or the comparison
    itself where it is about related records.
    """

    clause: str
    words: str
    actual: Any  # a JSON value
    shown: str
    holds: bool
    tree: "ExplainedNode | None" = None
    keeps_out: bool = False
    related: CountedRecords | None = None
    about: str = ""

    def as_json(self) -> dict[str, Any]:
        inner = {"tree": self.tree.as_json()} if self.tree else self.related.as_json() if self.related else {}
        return {"clause": self.clause, "actual": self.actual, "holds": self.holds, **inner}

    def leaves(self) -> list["ExplainedClause"]:
        return [self]


@dataclass(frozen=True)
class ExplainedJoin:
    """Parts that AND or OR joins, or the one that NOT turns round."""

    join: Join
    parts: tuple["ExplainedNode", ...]
    holds: bool
    keeps_out: bool = False

    def as_json(self) -> dict[str, Any]:
        return {self.join: [part.as_json() for part in self.parts], "holds": self.holds}

    def leaves(self) -> list[ExplainedClause]:
        return [clause for part in self.parts for clause in part.leaves()]

    @property
    def word(self) -> str:
        return {"all": "AND", "any": "OR", "not": "NOT"}[self.join]

    @property
    def heading(self) -> str:
        inner = self._negated
        if self.join != "not":
            return _("All of these") if self.join == "all" else _("Any of these")
        return _("Not this") if inner is None else _("None of these") if inner.join == "any" else _("Not all of these")

    @property
    def shown_parts(self) -> tuple["ExplainedNode", ...]:
        """The parts as a page lists them: NOT of a group is one heading."""
        return self.parts if self._negated is None else self._negated.parts

    @property
    def _negated(self) -> "ExplainedJoin | None":
        inner = self.parts[0]
        return inner if self.join == "not" and isinstance(inner, ExplainedJoin) and inner.join != "not" else None


ExplainedNode: TypeAlias = ExplainedClause | ExplainedJoin


@dataclass(frozen=True)
class MembershipExplanation:
    """`since`, `by` and `cause` are of the last join or leave, as far as it is known; of a rule nobody may have caused it.
    `deciding` are the comparisons of which one alone would change the answer.
    """

    tree: ExplainedNode
    since: datetime | None = None
    by: str = ""
    cause: str = ""
    deciding: tuple[ExplainedClause, ...] = ()

    @property
    def member(self) -> bool:
        return self.tree.holds

    @property
    def clauses(self) -> list[ExplainedClause]:
        return self.tree.leaves()

    def as_json(self, cluster: Cluster, record: Record) -> dict[str, Any]:
        return {
            "cluster": cluster.name,
            "record": record.pk,
            "member": self.member,
            "tree": self.tree.as_json(),
            "clauses": [clause.as_json() for clause in self.clauses],
            "since": self.since.isoformat() if self.since else None,
            "by": self.by or None,
            "cause": self.cause or None,
        }


def mark_what_keeps_out(node: ExplainedNode, *, wanted: bool = True) -> ExplainedNode:
    """With a mark on each node whose result is not the one that membership wants of it: under NOT, the other one."""
    if node.holds is wanted:
        return node
    if isinstance(node, ExplainedClause):
        return replace(node, keeps_out=True)
    inner = wanted is (node.join != "not")
    return replace(node, keeps_out=True, parts=tuple(mark_what_keeps_out(part, wanted=inner) for part in node.parts))
