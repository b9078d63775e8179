"""What was there before, as SQL over s (the staged change) and r (the record as it is stored)."""

from django.db import models

from crm.records.bulk.expressions import empty_value
from crm.records.bulk.names import quoted, stored, table_of
from crm.records.dialects import dialect
from crm.records.undoing.reverse_merge import UPDATED, WHOLE, ReverseMerge
from crm.schema.generated.classes import published_column
from crm.schema.record import Record, stored_field


def staging(merge: ReverseMerge) -> str:
    return quoted(merge.staging)


def kept(merge: ReverseMerge) -> str:
    return quoted(merge.kept)


def with_records(merge: ReverseMerge) -> str:
    return f"{staging(merge)} s JOIN {table_of(merge.model)} r ON r.id = s.record_id"


def stored_columns(model: type[Record]) -> dict[str, models.Field]:
    """Every column of the table that the entity knows of, by the name of its field; those of hidden fields too."""
    known = {column.name: column for column in model._meta.concrete_fields}
    unseen = {field.name: published_column(field) for field in model.entity.fields if field.hidden}
    hidden = {name: column for name, column in unseen.items() if column}
    for name, column in hidden.items():
        column.set_attributes_from_name(name)
    return {**hidden, **known}


def old(merge: ReverseMerge, name: str) -> str:
    """What the field held before the change; a Boolean is never unset."""
    column = stored_field(merge.model, name)
    value = dialect().from_json("s.before", name, column)
    return value if column.null else f"COALESCE({value}, {empty_value(merge.model, name)})"


def is_whole(alias: str = "s") -> str:
    """The record as a whole is not kept."""
    return f"({alias}.crm_kept IS NULL OR NOT {_keeps(alias, WHOLE)})"


def is_restorable(name: str, alias: str = "s") -> str:
    """The update changed the field, and it is not kept."""
    is_kept = f"{_keeps(alias, name)} OR {_keeps(alias, WHOLE)}"
    return f"({dialect().has_key(f'{alias}.before', name)} AND ({alias}.crm_kept IS NULL OR NOT ({is_kept})))"


def _keeps(alias: str, name: str) -> str:
    return dialect().contains(f"{alias}.crm_kept", f"',{name},'")


def changes(merge: ReverseMerge, name: str) -> str:
    """Putting the field back makes a difference."""
    return f"({is_restorable(name)} AND {stored(merge.model, name)} IS DISTINCT FROM {old(merge, name)})"


def after(merge: ReverseMerge, name: str) -> str:
    """What the field holds when all is done; of a record that comes back, what it held."""
    present = stored(merge.model, name)
    if name not in merge.fields:
        return f"CASE WHEN s.kind = '{UPDATED}' THEN {present} ELSE {old(merge, name)} END"
    return f"CASE WHEN s.kind <> '{UPDATED}' OR {is_restorable(name)} THEN {old(merge, name)} ELSE {present} END"


def restored_values(merge: ReverseMerge) -> dict[str, tuple[str, str]]:
    """Field → its new value and the condition under which it changes; derived fields follow from their sources."""
    present = {name: stored(merge.model, name) for name in [*merge.fields, *(rule.target for rule in merge.derivations)]}
    values = {
        name: (f"CASE WHEN {is_restorable(name)} THEN {old(merge, name)} ELSE {present[name]} END", changes(merge, name))
        for name in merge.fields
    }
    derived = {rule.target: rule.compute_sql(dialect(), values[rule.source][0]) for rule in merge.derivations}
    return values | {name: (value, f"{present[name]} IS DISTINCT FROM {value}") for name, value in derived.items()}
