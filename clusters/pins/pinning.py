"""Keeps a record in a cluster or out of it, whatever its rule says, until a day and for a reason; lets the rule decide again."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters import membership
from clusters.catalogue.lookup import UNPRINTABLE, InvalidCluster
from clusters.history.comparing_soon import compare_soon
from clusters.models import Cluster
from clusters.pinned_rules import Kept
from clusters.pins.fields import prepare
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.records.errors import RecordGone
from crm.records.writing import saving
from crm.schema.fieldtypes.invisible import invisible_code, trimmed
from crm.schema.generated import current
from crm.schema.record import Record

LONGEST_REASON = 150


def pin(cluster: Cluster, record: Record, kept: Kept, until: date, *, reason: str, by: Actor) -> None:
    """The first pin of a cluster makes its two fields; every other is a change of the record like any.

    Raises InvalidCluster, PermissionDenied, UnpublishableSchema, InvalidRecord, RecordGone.
    """
    _check(cluster, until, reason)
    prepare(cluster, by=by)
    values = {cluster.kept_in: until if kept == "in" else None, cluster.kept_out: until if kept == "out" else None}
    with transaction.atomic():
        if not _write(cluster, record, values, reason=trimmed(reason), by=by):
            _write(cluster, record, dict.fromkeys(values), reason="", by=by)  # the same day again, for another reason
            _write(cluster, record, values, reason=trimmed(reason), by=by)
    compare_soon(cluster.entity, cluster.field)


def unpin(cluster: Cluster, record: Record, *, by: Actor) -> None:
    """Raises PermissionDenied, InvalidRecord, RecordGone."""
    if membership.has_pin_fields(cluster):
        _write(cluster, record, dict.fromkeys((cluster.kept_in, cluster.kept_out)), reason="", by=by)
        compare_soon(cluster.entity, cluster.field)


def _check(cluster: Cluster, until: date, reason: str) -> None:
    if membership.is_archived(cluster) or not membership.has_rule(cluster):
        raise InvalidCluster(_("Nobody is pinned in “%s”: only a rule in use can be overruled.") % cluster.label)
    if until < timezone.localdate():
        raise InvalidCluster(_("That day is over: a pin holds until its day ends."))
    if not trimmed(reason) or len(reason) > LONGEST_REASON or UNPRINTABLE.search(reason) or invisible_code(reason):
        raise InvalidCluster(_("Say why, on one line of at most %s characters.") % LONGEST_REASON)


def _write(cluster: Cluster, record: Record, values: dict[str, date | None], *, reason: str, by: Actor) -> bool:
    """Return False if the record held all of that. The right to write is asked field by field."""
    for name in values:
        require(by, "write", cluster.entity, name)
    held = current.models()[cluster.entity].objects.filter(pk=record.pk).first()
    if held is None:
        raise RecordGone(record.pk)
    return saving.update(held, values, by=by, reason=reason).crm_version != held.crm_version
