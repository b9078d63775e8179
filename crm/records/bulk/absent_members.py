"""Members that are absent from a worksheet which replaces them: staged as rows behind its own, where they lose the Boolean.

So they are compared, written, remembered and undone as all other rows are.
"""

from crm.records.bulk.merge import ABSENT_ROWS, UPDATED, Merge
from crm.records.bulk.names import quoted, stored, table_of
from crm.records.bulk.statements import execute
from crm.records.dialects import dialect


def stage_absent(merge: Merge) -> int:
    """Stages a row for each absent member, and returns how many there are."""
    members = f"SELECT r.id AS id FROM {table_of(merge.model)} r WHERE {stored(merge.model, merge.replace)}"
    absent = f"{members} EXCEPT SELECT record_id FROM {quoted(merge.outcomes)}"
    numbered = f"SELECT {ABSENT_ROWS} + row_number() OVER (ORDER BY id), id, '{UPDATED}' FROM ({absent}) m"
    count = execute(f"INSERT INTO {quoted(merge.outcomes)} (crm_row, record_id, outcome) {numbered}")
    execute(
        f"INSERT INTO {quoted(merge.staging)} (crm_row, {quoted(merge.replace)})"
        f" SELECT o.crm_row, {dialect().boolean(False)} FROM {quoted(merge.outcomes)} o WHERE o.crm_row > {ABSENT_ROWS}"
    )
    return count


def members(merge: Merge) -> int:
    """Return how many records have the Boolean set now."""
    return int(merge.model.objects.filter(**{merge.replace: True}).count())


def drop_absent(merge: Merge) -> None:
    """Removes what an earlier rehearsal has staged."""
    execute(f"DELETE FROM {quoted(merge.staging)} WHERE crm_row > {ABSENT_ROWS}")
