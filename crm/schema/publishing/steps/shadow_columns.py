"""A large table's new column, filled next to the old one in batches while others read and write.

Triggers note the records that are written during that time; they are converted again, the last of them under the lock of the
swap (on SQLite in its transaction, which is one). What a killed process leaves is resumed, or discarded.
"""

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from crm.schema.definitions import EntityDefinition
from crm.schema.generated.storage import column_name, quoted, shadow_name
from crm.schema.models import LeftOutRecord, Preparation, TouchedRecord
from crm.schema.publishing.steps.field_steps import add_column
from crm.schema.publishing.tables import converting
from crm.schema.publishing.tables.altering import Editor, table_editor
from crm.schema.publishing.tables.converting import StoredRow, TypeConversion
from crm.schema.publishing.tables.waiting import LONG_SECONDS, Patience, retry_while_busy, take_publishing_lock

PAUSE = 0.11  # seconds
FEW = 500  # touched records that the swap may convert while it holds the table
NOTE = {
    "postgresql": """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {touched} (preparation, record) VALUES ({id}, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER INSERT OR UPDATE OF {column} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
""",
    "sqlite": """
CREATE TRIGGER {name}_i AFTER INSERT ON {table} BEGIN
    INSERT INTO {touched} (preparation, record) VALUES ({id}, NEW.id);
END;

CREATE TRIGGER {name}_u AFTER UPDATE OF {column} ON {table} BEGIN
    INSERT INTO {touched} (preparation, record) VALUES ({id}, NEW.id);
END;
""",
}


@dataclass(frozen=True)
class ShadowColumn:
    """A column that is to replace another: the entity as published, the conversion of its values, and where they go."""

    published: EntityDefinition
    conversion: TypeConversion
    column: models.Field

    @property
    def table(self) -> str:
        return self.published.table

    @property
    def target(self) -> str:
        parts = [asdict(self.conversion.before), asdict(self.conversion.after)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def found(self) -> Preparation | None:
        """What is already prepared of this change."""
        named = {"entity": self.published.acronym, "field": self.conversion.after.name}
        return Preparation.objects.filter(**named, target=self.target).first()


def prepare(shadow: ShadowColumn, patience: Patience) -> None:
    """Resumes where another process stopped, until nearly every record has its new value."""
    preparation = shadow.found() or retry_while_busy(lambda: _begin(shadow), patience)
    total = converting.source(shadow.published, shadow.conversion).objects.count()
    while retry_while_busy(lambda: _next_batch(shadow, preparation, total, patience), patience):
        _let_others_write()
    while TouchedRecord.objects.filter(preparation=preparation.pk)[:FEW].count() == FEW:
        patience.on_progress(_("converting what changed in the meantime in %s") % preparation)
        retry_while_busy(transaction.atomic(lambda: convert_touched(shadow, preparation, at_most=converting.BATCH)), patience)


def _let_others_write() -> None:
    """SQLite has no queue: who waits to write looks again every 100 ms at most."""
    if connection.vendor == "sqlite":
        time.sleep(PAUSE)


def take_over(shadow: ShadowColumn, preparation: Preparation, editor: Editor) -> int:
    """In the publishing transaction: converts the rest under lock and
    drops trigger and notes. Returns how many values do not fit."""
    if connection.vendor == "postgresql":
        editor.execute(f"LOCK TABLE {quoted(shadow.table)} IN ACCESS EXCLUSIVE MODE")
    convert_touched(shadow, preparation)
    left_out = LeftOutRecord.objects.filter(preparation=preparation.pk).count()
    _forget(preparation, editor)
    return left_out


def discard(acronym: str, *, keep: Iterable[ShadowColumn] = ()) -> None:
    """Removes what was prepared for an entity and is no longer needed."""
    wanted = {found.pk for shadow in keep if (found := shadow.found())}
    for preparation in Preparation.objects.filter(entity=acronym).exclude(pk__in=wanted):
        retry_while_busy(partial(_undo, preparation), Patience(LONG_SECONDS))


@transaction.atomic
def _begin(shadow: ShadowColumn) -> Preparation:
    take_publishing_lock()
    field = shadow.conversion.after.name
    preparation = Preparation.objects.create(entity=shadow.published.acronym, field=field, target=shadow.target)
    with table_editor() as editor:
        add_column(editor, shadow.column)
        _note_writes(shadow, preparation, editor)
    return preparation


def _note_writes(shadow: ShadowColumn, preparation: Preparation, editor: Editor) -> None:
    words = {
        "name": _noter(preparation),
        "touched": quoted(TouchedRecord._meta.db_table),
        "id": preparation.pk,
        "column": quoted(column_name(shadow.conversion.before)),
        "table": quoted(shadow.table),
    }
    statements = NOTE[connection.vendor].format(**words)
    for statement in statements.strip().split("\n\n"):
        editor.execute(statement)


@transaction.atomic
def _next_batch(shadow: ShadowColumn, preparation: Preparation, total: int, patience: Patience) -> bool:
    rows = next(converting.batches(shadow.published, shadow.conversion, after=preparation.done_to), None)
    if rows is None:
        return False
    _convert(shadow, preparation, rows)
    preparation.done_to, preparation.done = rows[-1][0], preparation.done + len(rows)
    preparation.save(update_fields=["done_to", "done"])
    patience.on_progress(_("converting %s") % preparation, done=preparation.done, total=total)
    return True


def convert_touched(shadow: ShadowColumn, preparation: Preparation, *, at_most: int | None = None) -> None:
    """In the caller's transaction. A record that is written again at the same time is noted again."""
    notes = TouchedRecord.objects.filter(preparation=preparation.pk).order_by("pk").values_list("pk", "record")[:at_most]
    touched = dict(notes)
    TouchedRecord.objects.filter(pk__in=touched).delete()
    records = sorted(set(touched.values()))
    for start in range(0, len(records), converting.BATCH):
        some = records[start : start + converting.BATCH]
        _convert(shadow, preparation, converting.rows_of(shadow.published, shadow.conversion, some))


def _convert(shadow: ShadowColumn, preparation: Preparation, rows: list[StoredRow]) -> None:
    ids = [row[0] for row in rows]
    converted = shadow.conversion.of(rows)
    converting.write(shadow.table, shadow.column, ids, converted.values)
    LeftOutRecord.objects.filter(preparation=preparation.pk, record__in=ids).delete()
    LeftOutRecord.objects.bulk_create(
        LeftOutRecord(preparation=preparation.pk, record=misfit.record) for misfit in converted.misfits
    )


@transaction.atomic
def _undo(preparation: Preparation) -> None:
    take_publishing_lock()
    with table_editor() as editor:
        _forget(preparation, editor)
        _drop_column(EntityDefinition(preparation.entity).table, shadow_name(preparation.field), editor)


def _drop_column(table: str, name: str, editor: Editor) -> None:
    with connection.cursor() as cursor:
        is_there = name in {column.name for column in connection.introspection.get_table_description(cursor, table)}
    if is_there:
        editor.execute(f"ALTER TABLE {quoted(table)} DROP COLUMN {quoted(name)}")


def _forget(preparation: Preparation, editor: Editor) -> None:
    if connection.vendor == "postgresql":
        editor.execute(f"DROP FUNCTION {_noter(preparation)}() CASCADE")
    else:
        for end in "iu":
            editor.execute(f"DROP TRIGGER IF EXISTS {_noter(preparation)}_{end}")
    for model in (TouchedRecord, LeftOutRecord):
        model.objects.filter(preparation=preparation.pk).delete()
    preparation.delete()


def _noter(preparation: Preparation) -> str:
    return f"crm_note_{preparation.pk}"
