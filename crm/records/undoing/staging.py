"""The changes to be undone, in a table of their own: what was there before, and what is kept."""

from dataclasses import replace
from datetime import timedelta

from django.db import connection

from crm.records.bulk.names import column_type, quoted
from crm.records.bulk.statements import execute, rows
from crm.records.dialects import dialect
from crm.records.entity_rules import DERIVATIONS
from crm.records.models import RecordChange
from crm.records.undoing.expressions import staging
from crm.records.undoing.reverse_merge import UPDATED, ReverseMerge
from crm.records.writing.system_fields import author_names
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.models import Publication

# Clocks of several machines differ; histories are partitioned by time, and looking into one month is quicker than into all.
CLOCKS = timedelta(days=1)


def stage(merge: ReverseMerge) -> ReverseMerge:
    """Stages the changes and returns them as `described`. What an interrupted run left behind is dropped."""
    drop(merge)
    key, table = column_type(merge.model, "id"), dialect().TABLE
    execute(
        f"{table} {staging(merge)} (crm_row bigint PRIMARY KEY, record_id {key}, kind varchar(1), before {dialect().JSON},"
        f" crm_kept text, crm_together boolean)"
    )
    execute(f"{table} {quoted(merge.kept)} (crm_row bigint, field varchar(50), reason varchar(10), other varchar(120))")
    execute(
        f"{table} {quoted(merge.needs)} (crm_row bigint, field varchar(50), reason varchar(10), other varchar(120),"
        f" needs_row bigint, needs_field varchar(50))"
    )
    _copy_changes(merge)
    execute(f"CREATE UNIQUE INDEX {quoted(f'{merge.staging}_record')} ON {staging(merge)} (record_id)")
    execute(f"CREATE INDEX {quoted(f'{merge.kept}_row')} ON {quoted(merge.kept)} (crm_row, field)")
    execute(f"ANALYZE {staging(merge)}")
    return described(merge)


def _copy_changes(merge: ReverseMerge) -> None:
    """Of one record or all; `at` spares PostgreSQL the partitions of earlier months."""
    wanted = "change_set_id = %s AND entity = %s AND at >= %s"
    params = [merge.target.pk, merge.acronym, connection.ops.adapt_datetimefield_value(merge.target.at - CLOCKS)]
    if merge.record_id:
        wanted, params = f"{wanted} AND record_id = %s", [*params, merge.record_id]
    execute(
        f"INSERT INTO {staging(merge)} (crm_row, record_id, kind, before, crm_together)"
        f" SELECT id, record_id, kind, before, {dialect().boolean(False)}"
        f" FROM {quoted(RecordChange._meta.db_table)} WHERE {wanted}",
        params,
    )


def drop(merge: ReverseMerge) -> None:
    for table in (_ready(merge), merge.needs, merge.kept, merge.staging):
        execute(f"DROP TABLE IF EXISTS {quoted(table)}")


def mark_ready(merge: ReverseMerge) -> None:
    """Everything that is staged was assessed."""
    execute(f"CREATE TABLE {quoted(_ready(merge))} (crm_row integer)")


def is_ready(merge: ReverseMerge) -> bool:
    """Return True if an interrupted run may go on with what is staged: an unlogged table is empty after a crash."""
    with connection.cursor() as cursor:
        if _ready(merge) not in connection.introspection.table_names(cursor):
            return False
    return bool(rows(f"SELECT 1 FROM {staging(merge)} LIMIT 1"))


def _ready(merge: ReverseMerge) -> str:
    return f"{merge.staging}_ready"


def size(merge: ReverseMerge) -> int:
    return int(rows(f"SELECT count(*) FROM {staging(merge)}")[0][0])


def described(merge: ReverseMerge) -> ReverseMerge:
    """As staged: which kinds of changes there are, and of which fields."""
    kinds = frozenset(kind for (kind,) in rows(f"SELECT DISTINCT kind FROM {staging(merge)}"))
    names = rows(
        f"SELECT DISTINCT k.key FROM {staging(merge)} s,"
        f" {dialect().keys_of('s.before', 'k')} WHERE s.kind = '{UPDATED}' ORDER BY 1"
    )
    authors = _authors(merge)
    touched = [name for (name,) in names if name not in authors]
    lost = set(lost_fields(merge)) | {name for name in touched if not _is_stored(merge.model.entity.field(name))}
    followers = {rule.target for rule in DERIVATIONS if rule.source in touched}
    fields = tuple(name for name in touched if name not in lost | followers)
    return replace(merge, fields=fields, lost=tuple(sorted(lost)), authors=authors, kinds=kinds)


def lost_fields(merge: ReverseMerge) -> list[str]:
    """The fields that are no longer what they were when the changes were written: hidden, retyped or purged."""
    entity = _entity_then(merge)
    was_there = [field for field in entity.visible_fields if field.column] if entity else []
    return [field.name for field in was_there if not _is_same(field, merge.model.entity)]


def _entity_then(merge: ReverseMerge) -> EntityDefinition | None:
    """As it was when the changes were written, where that is known."""
    number = merge.target.publication
    then = Publication.objects.filter(number=number).first() if number else None
    return then.content().entities.get(merge.acronym) if then else None


def _authors(merge: ReverseMerge) -> frozenset[str]:
    """As they are called now, or were called then."""
    then = _entity_then(merge)
    return author_names(merge.model.entity) | (author_names(then) if then else frozenset())


def _is_stored(field: FieldDefinition | None) -> bool:
    return field is not None and bool(field.column)


def _is_same(then: FieldDefinition, entity: EntityDefinition) -> bool:
    now = entity.field(then.name)
    return now is not None and _shape(now) == _shape(then)


def _shape(field: FieldDefinition) -> dict[str, object]:
    """The column without its default, which says nothing of the stored values."""
    kwargs = field.column.get("kwargs", {})
    return {**field.column, "kwargs": {name: value for name, value in kwargs.items() if name not in {"default", "db_default"}}}
