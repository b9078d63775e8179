"""References between records: those that would dangle when a record is removed, and the locks that prevent it.

The database does not check them (see `fieldtypes.relationship`): a writer of a reference
locks the record that it points to, so that it cannot be deleted meanwhile; a deletion
locks its record, so that no new reference is written, and then looks for references.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.db import connection, models
from django.utils.translation import gettext as _

from crm.records.dialects import dialect
from crm.records.dialects.quoting import quoted
from crm.records.errors import refuse
from crm.schema.record import Record, held, related_records

MOST = 5_000  # records that one deletion removes with it

Ids = Mapping[type[Record], set[str]]


def hold_targets(record: Record, names: Iterable[str]) -> None:
    """Holds the records that these fields of `record` point to until
    the transaction ends. Raises InvalidRecord for one that is gone."""
    targets = ((name, target, held(record, name)) for name, target in _targets(type(record), names))
    gone = {name for name, target, pk in targets if pk not in {None, record.pk} and not _is_held(target, pk)}
    refuse({name: _("The record “%(id)s” has been deleted.") % {"id": held(record, name)} for name in gone})


def referring(record: Record) -> Ids:
    """The ids of all records that refer to this one, themselves or through others; no more are looked for beyond MOST."""
    found: dict[type[Record], set[str]] = defaultdict(set)
    seen, wave = {(type(record), record.pk)}, {(type(record), record.pk)}
    while wave and len(seen) <= MOST:
        wave = set(_referring_to(wave)) - seen
        seen |= wave
        for model, pk in wave:
            found[model].add(pk)
    return found


def _targets(model: type[Record], names: Iterable[str]) -> Iterator[tuple[str, type[Record]]]:
    for name in names:
        column = model._meta.get_field(name)
        if isinstance(column, models.ForeignKey):
            yield name, related_records(column)


def _is_held(model: type[Record], pk: str) -> bool:
    # Not select_for_update, which only knows a lock that writers of other references would wait for.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {quoted(model._meta.db_table)} WHERE id = %s{dialect().KEY_LOCK}", [pk])
        return cursor.fetchone() is not None


def _referring_to(wave: set[tuple[type[Record], str]]) -> Iterator[tuple[type[Record], str]]:
    by_model: dict[type[Record], set[str]] = defaultdict(set)
    for model, pk in wave:
        by_model[model].add(pk)
    for model, ids in by_model.items():
        for relation in model._meta.related_objects:
            other = related_records(relation)
            others = other.objects.filter(**{f"{relation.field.name}__in": ids})
            yield from ((other, pk) for pk in others.values_list("pk", flat=True)[: MOST + 1])
