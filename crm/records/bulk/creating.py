"""Creates the records of a batch."""

from crm.records.bulk.batches import Batch
from crm.records.bulk.expressions import compared_rows, created_value, default_of, derivations, empty_value
from crm.records.bulk.merge import CREATED, Merge, StagedMerge
from crm.records.bulk.names import column_of, quoted
from crm.records.bulk.stamps import creation_stamps
from crm.records.bulk.statements import insert, remember
from crm.records.bulk.updating import row_number
from crm.records.dialects import dialect
from crm.records.models import ChangeSet
from crm.schema.record import name_of


def create_records(merge: StagedMerge, change_set: ChangeSet, batch: Batch, count: int) -> int:
    """Return how many records of the `count` planned ones are created."""
    values = {"id": "o.record_id"} | _values(merge) | creation_stamps(merge.model, change_set, count)
    source = f"{compared_rows(merge)} WHERE o.outcome = '{CREATED}' AND {batch.both} ORDER BY o.crm_row"
    created = insert(merge.model, values, source)
    known = f"{quoted(merge.outcomes)} o WHERE o.outcome = '{CREATED}' AND {batch.outcomes}"
    remember(merge.model, change_set, CREATED, "NULL", known, record_id="o.record_id", row=row_number(merge))
    return created


def _values(merge: StagedMerge) -> dict[str, str]:
    """Column and value as SQL: what is staged, what follows from it, and the defaults of all other columns."""
    given = {name: created_value(merge, name) for name in merge.columns if name != "id"}
    derived = {rule.target: rule.compute_sql(dialect(), given[rule.source]) for rule in derivations(merge)}
    return _defaults(merge) | {column_of(merge.model, name): value for name, value in (given | derived).items()}


def _defaults(merge: Merge) -> dict[str, str]:
    """The database's own defaults would do for Booleans, were they all there."""
    model = merge.model
    fields = (field.name for field in model.entity.visible_fields if field.column)
    values = {column_of(model, name): default_of(merge, name) for name in fields}
    never_empty = [column for column in model._meta.concrete_fields if not column.null and column.has_default()]
    hidden = {
        name_of(column): empty_value(model, column.name) for column in never_empty if column.name not in {"id", "crm_version"}
    }
    return hidden | {column: value for column, value in values.items() if value != "NULL"}
