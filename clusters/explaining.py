"""Why a record is in a cluster or not: each clause with its actual value, and since when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clusters.membership import field_of, has_rule, rule_of
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.people.rules import may
from crm.records import querying
from crm.records.models import ChangeSet, RecordChange
from crm.rules.explaining import Clause, explain
from crm.rules.parsing import parse
from crm.rules.tree import Rule
from crm.schema import fieldtypes
from crm.schema.generated.rule_fields import expression_of
from crm.schema.record import Record


@dataclass(frozen=True)
class ExplainedClause:
    """A clause as people read it: its text, the actual value (also as `shown`), its result. `through` names a Rule field."""

    clause: str
    actual: Any  # a JSON value
    shown: str
    holds: bool
    through: str = ""


@dataclass(frozen=True)
class MembershipExplanation:
    """`since` and `by` are of the last change in a cluster that is filled by hand or worksheet; a rule has neither."""

    member: bool
    clauses: list[ExplainedClause]
    since: datetime | None = None
    by: str = ""


def explain_membership(cluster: Cluster, record: Record, *, reader: Actor) -> MembershipExplanation:
    """Values that the reader may not read are left out. Raises RuleError when the cluster's rule cannot be evaluated."""
    explained = explain(_rule(cluster), record, querying.fields_of(type(record)), querying.rule_context())
    change = None if has_rule(cluster) else last_change(record, cluster.field)
    clauses = list(_explained(explained.clauses, record, reader))
    return MembershipExplanation(explained.holds, clauses, change.at if change else None, author_of(change) if change else "")


def last_change(record: Record, field: str) -> ChangeSet | None:
    """The change-set that last changed a field of the record, or created it; None when history no longer has it."""
    changes = (
        RecordChange.objects.filter(entity=record.entity.acronym, record_id=record.pk)
        .select_related("change_set")
        .order_by("-id")
    )
    change = changes.filter(kind=RecordChange.Kind.UPDATE, before__has_key=field).first()
    change = change or changes.filter(kind=RecordChange.Kind.CREATE).first()
    return change.change_set if change else None


def author_of(change: ChangeSet) -> str:
    """`Ada, worksheet 42`."""
    channel = " ".join(filter(None, [change.channel, change.reference]))
    return ", ".join(filter(None, [change.user_name, channel]))


def _rule(cluster: Cluster) -> Rule:
    """The rule to explain: the expression of a Rule field itself, not that it has the value true."""
    field = field_of(cluster)
    return parse(expression_of(field)) if field and field.type == "Rule" else rule_of(cluster)


def _explained(clauses: tuple[Clause, ...], record: Record, reader: Actor) -> Iterator[ExplainedClause]:
    for clause in clauses:
        field = record.entity.field(clause.field)
        if may(reader, "read", record.entity.acronym, clause.field):
            kind = fieldtypes.get(field.type) if field else None
            actual = kind.to_json(clause.actual, field) if kind and field else _plain(clause.actual)
            yield ExplainedClause(clause.text, actual, _shown(clause.actual, record, clause.field), clause.holds, clause.through)
        else:
            yield ExplainedClause(clause.text, None, _("not yours to read"), clause.holds, clause.through)


def _plain(value: Any) -> Any:  # Any: a system field's value, or a related record's
    return (
        value.isoformat()
        if isinstance(value, datetime)
        else value
        if isinstance(value, bool | int | float) or value is None
        else str(value)
    )


def _shown(value: Any, record: Record, name: str) -> str:  # Any: whatever the field holds
    field = record.entity.field(name)
    if value is None:
        return _("nothing")
    return fieldtypes.get(field.type).display(value, field) if field else str(value)
