"""Records that staged rows refer to: held while a chunk is written, and rows whose record is gone refused."""

from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext as _

from crm.records.bulk.expressions import written_rows
from crm.records.bulk.merge import Merge, RowRefusal
from crm.records.bulk.names import quoted, table_of
from crm.records.bulk.outcomes import refused
from crm.records.bulk.statements import hold, rows
from crm.schema.record import related_records


def hold_targets(merge: Merge, which: str) -> Iterator[RowRefusal]:
    """Refuses rows whose record was deleted since they were converted. `which` is a condition on s and o."""
    for name in merge.columns:
        column = merge.model._meta.get_field(name)
        if isinstance(column, models.ForeignKey):
            yield from _hold(merge, name, table_of(related_records(column)), which)


def _hold(merge: Merge, name: str, target: str, which: str) -> list[RowRefusal]:
    reference, source = f"s.{quoted(name)}", f"{written_rows(merge)} WHERE {which}"
    hold(target, f"SELECT {reference} FROM {source}")
    absent = f"{reference} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {target} t WHERE t.id = {reference})"
    gone = rows(f"SELECT s.crm_row, {reference} FROM {source} AND {absent}")
    return refused(merge, name, gone, _("The record has been deleted."))
