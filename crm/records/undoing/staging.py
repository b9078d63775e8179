"""The changes to be taken back, in a table of their own: what was there before, and what stands in the way."""

from dataclasses import replace
from datetime import timedelta

from django.db import connection

from crm.records.bulk.names import column_type, quoted
from crm.records.bulk.sql import rows
from crm.records.models import RecordChange
from crm.records.undoing.expressions import dialect, execute, staging
from crm.records.undoing.reverse_merge import UPDATED, Backwards
from crm.records.writing.deriving import MONTHS
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.schema.models import Publication

# Clocks of several machines differ; histories are partitioned by time, and looking into one month is quicker than into all.
CLOCKS = timedelta(days=1)


def stage(back: Backwards) -> Backwards:
    """Stages the changes anew and gives what they touch. What an interrupted run left behind is dropped."""
    drop(back)
    key, table = column_type(back, "id"), dialect().TABLE
    execute(
        f"{table} {staging(back)} (crm_row bigint PRIMARY KEY, record_id {key}, kind varchar(1), before {dialect().JSON},"
        f" crm_kept text, crm_together boolean)"
    )
    execute(f"{table} {quoted(back.kept)} (crm_row bigint, field varchar(50), reason varchar(10), other varchar(120))")
    execute(
        f"{table} {quoted(back.needs)} (crm_row bigint, field varchar(50), reason varchar(10), other varchar(120),"
        f" needs_row bigint, needs_field varchar(50))"
    )
    _copy_changes(back)
    execute(f"CREATE UNIQUE INDEX {quoted(f'{back.staging}_record')} ON {staging(back)} (record_id)")
    execute(f"CREATE INDEX {quoted(f'{back.kept}_row')} ON {quoted(back.kept)} (crm_row, field)")
    execute(f"ANALYZE {staging(back)}")
    return described(back)


def _copy_changes(back: Backwards) -> None:
    """One record or all; "at" lets PostgreSQL pass the months before by."""
    wanted = "change_set_id = %s AND entity = %s AND at >= %s"
    params = [back.target.pk, back.acronym, connection.ops.adapt_datetimefield_value(back.target.at - CLOCKS)]
    if back.record_id:
        wanted, params = f"{wanted} AND record_id = %s", [*params, back.record_id]
    execute(
        f"INSERT INTO {staging(back)} (crm_row, record_id, kind, before, crm_together)"
        f" SELECT id, record_id, kind, before, {dialect().boolean(False)} FROM {quoted(RecordChange._meta.db_table)} WHERE {wanted}",
        params,
    )


def drop(back: Backwards) -> None:
    for table in (_ready(back), back.needs, back.kept, back.staging):
        execute(f"DROP TABLE IF EXISTS {quoted(table)}")


def mark_ready(back: Backwards) -> None:
    """All that is staged was looked at."""
    execute(f"CREATE TABLE {quoted(_ready(back))} (crm_row integer)")


def is_ready(back: Backwards) -> bool:
    """Whether an interrupted run may go on with what is staged: an unlogged table is empty after a crash."""
    with connection.cursor() as cursor:
        if _ready(back) not in connection.introspection.table_names(cursor):
            return False
    return bool(rows(f"SELECT 1 FROM {staging(back)} LIMIT 1"))


def _ready(back: Backwards) -> str:
    return f"{back.staging}_ready"


def size(back: Backwards) -> int:
    return int(rows(f"SELECT count(*) FROM {staging(back)}")[0][0])


def described(back: Backwards) -> Backwards:
    """As staged: which kinds of changes there are, and of which fields."""
    kinds = frozenset(kind for (kind,) in rows(f"SELECT DISTINCT kind FROM {staging(back)}"))
    names = rows(
        f"SELECT DISTINCT k.key FROM {staging(back)} s, {dialect().keys_of('s.before', 'k')} WHERE s.kind = '{UPDATED}' ORDER BY 1"
    )
    touched = [name for (name,) in names]
    lost = set(lost_fields(back)) | {name for name in touched if not _is_stored(back.model.entity.field(name))}
    followers = {month for month, date in MONTHS.items() if date in touched}
    fields = tuple(name for name in touched if name not in lost | followers)
    return replace(back, fields=fields, lost=tuple(sorted(lost)), kinds=kinds)


def lost_fields(back: Backwards) -> list[str]:
    """The fields that are no longer what they were when the changes were written: hidden, retyped or purged."""
    number = back.target.publication
    then = Publication.objects.filter(number=number).first() if number else None
    entity = then.content().entities.get(back.acronym) if then else None
    was_there = [field for field in entity.visible_fields if field.column] if entity else []
    return [field.name for field in was_there if not _is_same(field, back.model.entity)]


def _is_stored(field: FieldDefinition | None) -> bool:
    return field is not None and bool(field.column)


def _is_same(then: FieldDefinition, entity: EntityDefinition) -> bool:
    now = entity.field(then.name)
    return now is not None and _shape(now) == _shape(then)


def _shape(field: FieldDefinition) -> dict[str, object]:
    """The column without its default, which says nothing of the values that are there."""
    kwargs = field.column.get("kwargs", {})
    return {**field.column, "kwargs": {name: value for name, value in kwargs.items() if name not in {"default", "db_default"}}}
