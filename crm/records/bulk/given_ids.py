"""Ids that a worksheet gives to new records although its rows find theirs by another key."""

from django.utils.translation import gettext_lazy as _

from crm.records.bulk.expressions import compared_rows
from crm.records.bulk.merge import CREATED, UNCHANGED, UPDATED, Merge, RowRefusal
from crm.records.bulk.names import table_of
from crm.records.bulk.outcomes import refused
from crm.records.bulk.statements import rows

TAKEN_ID = _("Another record has this id.")


def taken_ids(merge: Merge) -> list[RowRefusal]:
    """Refuses rows that would create a record with the id of another, which the key did not find."""
    if merge.is_by_id or not merge.gives_ids:
        return []
    created = f"{compared_rows(merge)} WHERE o.outcome = '{CREATED}' AND s.id IS NOT NULL"
    several = f"SELECT s.id FROM {created} GROUP BY s.id HAVING count(*) > 1"
    is_taken = f"(EXISTS (SELECT 1 FROM {table_of(merge.model)} r WHERE r.id = s.id) OR s.id IN ({several}))"
    return refused(merge, "id", rows(f"SELECT s.crm_row, s.id FROM {created} AND {is_taken}"), str(TAKEN_ID))


def other_ids(merge: Merge) -> tuple[int, str]:
    """How many rows name another id than that of the record that they find, and one of these ids."""
    if merge.is_by_id or not merge.gives_ids:
        return 0, ""
    found = f"{compared_rows(merge)} WHERE o.outcome IN ('{UPDATED}', '{UNCHANGED}') AND s.id <> o.record_id"
    ((count, example),) = rows(f"SELECT count(*), min(s.id) FROM {found}")
    return count, example or ""
