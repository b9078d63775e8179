"""Keeps a record in a cluster or out of it, whatever its rule says, until a day and for a reason; lets the rule decide again."""

from datetime import date
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clusters import membership
from clusters.catalogue.lookup import InvalidCluster, drafted_entity
from clusters.history.comparing_soon import compare_soon
from clusters.models import Cluster
from clusters.pinned_rules import with_pins
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.permissions import require
from crm.records.writing import saving
from crm.schema import names
from crm.schema.draft import editing, new_fields
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.generated import current
from crm.schema.models import Field
from crm.schema.publishing import publishing
from crm.schema.publishing.tables.waiting import under_publishing_lock
from crm.schema.record import Record

Kept = Literal["in", "out"]
LONGEST_REASON = 150
LABELS = {"in": gettext_noop("%s: kept in until"), "out": gettext_noop("%s: kept out until")}


def pin(cluster: Cluster, record: Record, kept: Kept, until: date, *, reason: str, by: Actor) -> None:
    """The first pin of a cluster makes its two fields, which takes the right to make clusters; every other is a change of the
    record like any. Raises InvalidCluster, PermissionDenied, UnpublishableSchema, InvalidRecord, RecordGone.
    """
    _check(cluster, until, reason)
    if not cluster.kept_in:
        require(by, "cluster", cluster.entity)
        under_publishing_lock(lambda: _make_fields(cluster, by=by))
        cluster.refresh_from_db()
    values = {cluster.kept_in: until if kept == "in" else None, cluster.kept_out: until if kept == "out" else None}
    _write(cluster, record, values, reason=trimmed(reason), by=by)


def unpin(cluster: Cluster, record: Record, *, by: Actor) -> None:
    """Raises PermissionDenied, InvalidRecord, RecordGone."""
    if cluster.kept_in:
        _write(cluster, record, dict.fromkeys((cluster.kept_in, cluster.kept_out)), reason="", by=by)


def _check(cluster: Cluster, until: date, reason: str) -> None:
    if membership.is_archived(cluster) or not membership.has_rule(cluster):
        raise InvalidCluster(_("Nobody is pinned in “%s”: only a rule in use can be overruled.") % cluster.label)
    if until < timezone.localdate():
        raise InvalidCluster(_("That day is over: a pin holds until its day ends."))
    if not trimmed(reason) or len(reason) > LONGEST_REASON or "\0" in reason:
        raise InvalidCluster(_("Say why, in at most %s characters.") % LONGEST_REASON)


def _write(cluster: Cluster, record: Record, values: dict[str, date | None], *, reason: str, by: Actor) -> None:
    for name in values:
        require(by, "write", cluster.entity, name)
    fresh = current.models()[cluster.entity].objects.filter(pk=record.pk).first() or record
    saving.update(fresh, values, by=by, reason=reason)
    compare_soon(cluster.entity)


def _make_fields(cluster: Cluster, *, by: Actor) -> None:
    """Two dates beside the rule, read by it, published together. Nobody joins or leaves by that."""
    if Cluster.objects.get(pk=cluster.pk).kept_in:
        return  # somebody else's first pin was quicker
    entity, rule = drafted_entity(cluster.entity), membership.rule_text(cluster)
    taken = set(Field.objects.filter(entity=entity).values_list("name", flat=True))
    kept_in, kept_out = (names.proposed_name(f"{cluster.field}Kept{word}", taken) for word in ("In", "Out"))
    for name, label in ((kept_in, LABELS["in"]), (kept_out, LABELS["out"])):
        definition = new_fields.new_definition(name, "Date", label=_(label) % cluster.label)
        editing.draft_field(entity, definition)
    field = Field.objects.get(entity=entity, name=cluster.field)
    editing.change_field(field, options={**field.options, "expression": with_pins(rule, kept_in, kept_out)})
    publishing.publish_entity(cluster.entity, {cluster.field, kept_in, kept_out}, by=by)
    Cluster.objects.filter(pk=cluster.pk).update(kept_in=kept_in, kept_out=kept_out)
    record_event(by, "cluster-changed", subject=cluster.name, details={"what": ["pins"]})
