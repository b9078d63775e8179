"""Records that staged rows refer to: held while a chunk is written, and rows whose record is gone refused."""

from collections.abc import Iterator

from django.db import connection, models
from django.utils.translation import gettext as _

from crm.records.bulk import sql
from crm.records.bulk.marking import refused
from crm.records.bulk.merge import Merge, RowRefusal
from crm.records.bulk.names import quoted
from crm.schema.record import related_records


def hold_targets(merge: Merge, rows: str) -> Iterator[RowRefusal]:
    """Refuses rows whose record was deleted since they were converted. `rows` is a condition on s and o."""
    for name in merge.columns:
        column = merge.model._meta.get_field(name)
        if isinstance(column, models.ForeignKey):
            yield from _hold(merge, name, quoted(related_records(column)._meta.db_table), rows)


def _hold(merge: Merge, name: str, target: str, rows: str) -> Iterator[RowRefusal]:
    wanted = f"s.{quoted(name)}"
    lock = sql.DIALECTS[connection.vendor].hold_rows(target, f"SELECT {wanted} FROM {sql.writing(merge)} WHERE {rows}")
    if lock:
        with connection.cursor() as cursor:
            cursor.execute(lock, ())
    absent = f"NOT EXISTS (SELECT 1 FROM {target} t WHERE t.id = {wanted})"
    gone = sql.rows(f"SELECT s.crm_row, {wanted} FROM {sql.writing(merge)} WHERE {rows} AND {wanted} IS NOT NULL AND {absent}")
    yield from refused(merge, name, gone, _("The record has been deleted."))
