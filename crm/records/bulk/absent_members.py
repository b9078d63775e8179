"""Who has a Boolean set and does not stand in the worksheet, and is to lose it: staged as rows after the worksheet's own.

So they are compared, written, remembered and taken back as all other rows are.
"""

from django.db import connection

from crm.records.bulk import sql
from crm.records.bulk.merge import UPDATED, Merge
from crm.records.bulk.names import column_of, quoted, table_of


def stage_leaving(merge: Merge) -> int:
    """Stages a row for each record that leaves, and says how many there are."""
    field = quoted(column_of(merge, merge.replace))
    members = f"SELECT r.id AS id FROM {table_of(merge)} r WHERE r.{field} EXCEPT SELECT record_id FROM {quoted(merge.outcomes)}"
    numbered = f"SELECT {sql.LEAVING} + row_number() OVER (ORDER BY id), id, '{UPDATED}' FROM ({members}) m"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quoted(merge.outcomes)} (crm_row, record_id, outcome) {numbered}")
        count = int(cursor.rowcount)
        cursor.execute(
            f"INSERT INTO {quoted(merge.staging)} (crm_row, {quoted(merge.replace)})"
            f" SELECT o.crm_row, {sql.DIALECTS[connection.vendor].boolean(False)} FROM {quoted(merge.outcomes)} o"
            f" WHERE o.crm_row > {sql.LEAVING}"
        )
    return count


def members(merge: Merge) -> int:
    """How many records have it set now."""
    return int(merge.model.objects.filter(**{merge.replace: True}).count())


def forget_leaving(merge: Merge) -> None:
    """Drops what a rehearsal before has staged."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {quoted(merge.staging)} WHERE crm_row > {sql.LEAVING}")
