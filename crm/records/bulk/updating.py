"""Updates the records of a batch: history first, then the records themselves."""

from crm.records.bulk.batches import Batch
from crm.records.bulk.expressions import any_differs, compared_rows, derivations, empty_value, new_value
from crm.records.bulk.merge import ABSENT_ROWS, UPDATED, Merge, StagedMerge
from crm.records.bulk.names import column_of, stored, table_of
from crm.records.bulk.statements import assign, json_of, released, remember_updates, update
from crm.records.bulk.unique.values import written_unique_names
from crm.records.dialects import dialect
from crm.records.models import ChangeSet
from crm.schema.record import stored_field


def update_records(merge: StagedMerge, change_set: ChangeSet, batch: Batch) -> int:
    """Return how many records differ from their rows and are updated."""
    if not merge.written_columns:
        return 0
    values, source = _values(merge), compared_rows(merge)
    matching = f"r.id = o.record_id AND o.outcome = '{UPDATED}' AND {batch.both} AND {any_differs(merge)}"
    _remember(merge, change_set, values, f"{source} JOIN {table_of(merge.model)} r ON {matching}")
    columns = {column_of(merge.model, name): value for name, value in values.items()}
    swapped = _swapped(merge) if batch.swaps_values else {}
    first = {column: released(column, columns[column], empty) for column, empty in swapped.items()}
    count = update(merge.model, change_set, columns | first, source, matching)
    if swapped:
        assign(merge.model, {column: columns[column] for column in swapped}, source, matching)
    return count


def row_number(merge: Merge) -> str:
    """Return the row for the history; an absent member stands in none."""
    return f"CASE WHEN o.crm_row < {ABSENT_ROWS} THEN o.crm_row END" if merge.replace else "o.crm_row"


def _values(merge: StagedMerge) -> dict[str, str]:
    """Field and new value as SQL, and those that follow from them."""
    new = {name: new_value(merge, name) for name in merge.written_columns}
    rules = (rule for rule in derivations(merge) if rule.source in new)
    return new | {rule.target: rule.compute_sql(dialect(), new[rule.source]) for rule in rules}


def _remember(merge: StagedMerge, change_set: ChangeSet, values: dict[str, str], source: str) -> None:
    model = merge.model
    changes = [
        (column_of(model, name), json_of(stored_field(model, name)), f"{stored(model, name)} IS DISTINCT FROM {value}")
        for name, value in values.items()
    ]
    remember_updates(model, change_set, changes, source, record_id="o.record_id", row=row_number(merge))


def _swapped(merge: Merge) -> dict[str, str]:
    """Return the written columns of which no two records may have the same value, and how each is emptied."""
    names = {name for names in written_unique_names(merge) for name in names}
    return {column_of(merge.model, name): empty_value(merge.model, name) for name in names & set(merge.written_columns)}
