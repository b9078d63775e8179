"""What an undo kept, in words: the record, the field, the reason and the page of its cause."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.records.access import readable
from crm.records.addresses import history_url, record_url
from crm.records.cells import title_of
from crm.records.history.descriptions import address_of, channel_of
from crm.records.models import ChangeSet, Kept, Undo
from crm.schema.generated import current


@dataclass(frozen=True)
class KeptReason:
    """A sentence, and the page of the cause if there is one."""

    text: str
    url: str = ""
    count: int = 0


@dataclass(frozen=True)
class KeptDescription:
    record_id: str
    title: str
    url: str
    field: str  # its label
    reason: KeptReason
    name: str = ""  # of the field


@dataclass(frozen=True)
class EntityLabels:
    """Labels of fields and titles of records of one entity, as the reader may see them."""

    labels: Mapping[str, str]
    titles: Mapping[str, str]


def describe_kept(kept: Iterable[Kept], *, reader: Actor) -> list[KeptDescription]:
    """These entries in words; records that no longer exist are named by their id."""
    rows = list(kept)
    known = {entity: _known(entity, rows, reader) for entity in {row.entity for row in rows}}
    change_sets = _change_sets(row.other for row in rows if row.reason == Kept.Reason.CHANGED)
    return [_describe(row, known[row.entity], _reason(row.reason, row.other, change_sets, row.entity, reader)) for row in rows]


def _known(entity: str, rows: Iterable[Kept], reader: Actor) -> EntityLabels:
    model = current.models()[entity]
    fields = readable(reader, model.entity)
    records = model.objects.filter(pk__in={row.record_id for row in rows if row.entity == entity})
    return EntityLabels(
        {field.name: field.label for field in fields}, {record.pk: title_of(record, fields) for record in records}
    )


def _describe(row: Kept, known: EntityLabels, reason: KeptReason) -> KeptDescription:
    url = _address(row.entity, row.record_id, exists=row.record_id in known.titles)
    return KeptDescription(
        row.record_id,
        known.titles.get(row.record_id, row.record_id),
        url,
        known.labels.get(row.field, row.field),
        reason,
        row.field,
    )


def reasons(undo: Undo, *, reader: Actor) -> list[KeptReason]:
    """The reasons for what is kept, each once with its count."""
    change_sets = _change_sets(group["other"] for group in undo.because)
    reasons = (
        (_reason(group["reason"], group["other"], change_sets, undo.target.entity, reader), group["count"])
        for group in undo.because
    )
    return [KeptReason(reason.text, reason.url, count) for reason, count in reasons]


def _change_sets(numbers: Iterable[str]) -> dict[str, ChangeSet]:
    wanted = {int(number) for number in numbers if number}
    return {str(change_set.pk): change_set for change_set in ChangeSet.objects.filter(pk__in=wanted)} if wanted else {}


def _reason(reason: str, other: str, change_sets: Mapping[str, ChangeSet], entity: str, reader: Actor) -> KeptReason:
    if reason == Kept.Reason.CHANGED:
        return _changed(change_sets.get(other), reader)
    if reason == Kept.Reason.REFERRED:
        return _referred(other)
    if reason == Kept.Reason.UNIQUE:
        url = _address(entity, other, exists=True) if other else ""
        return KeptReason(_("Would repeat a unique value"), url)
    words: dict[str, Any] = {
        Kept.Reason.MISSING: _("Refers to a record that is gone"),
        Kept.Reason.LOST: _("The field is hidden, retyped or purged"),
        Kept.Reason.ERASED: _("Erased for privacy"),
        Kept.Reason.TOO_LONG: _("Too long for an index of the field"),
    }
    return KeptReason(words[reason])


def _changed(change_set: ChangeSet | None, reader: Actor) -> KeptReason:
    if change_set is None:
        return KeptReason(_("Changed since"))
    by = [change_set.who or _("somebody"), channel_of(change_set, reader=reader)]
    return KeptReason(
        _("Changed since by %(who)s") % {"who": ", ".join(filter(None, by))},
        address_of(change_set, reader),
    )


def _referred(other: str) -> KeptReason:
    """Reasons that are counted together name no record."""
    entity, found, record_id = other.partition("-")
    if not found:
        return KeptReason(_("Referred to by another record"))
    return KeptReason(_("Referred to by %(record)s") % {"record": other}, _address(entity, record_id, exists=True))


def _address(entity: str, record_id: str, *, exists: bool) -> str:
    return record_url(entity, record_id) if exists else history_url(entity, record_id)
