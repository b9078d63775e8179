"""Filters as people type them, `>1.234,56`, and as addresses hold them, `>1234.56`."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from crm.records.errors import BadQuery
from crm.records.lists.filtering import EMPTY, operator_apart
from crm.records.lists.list_query import TYPED, ListQuery
from crm.rules.moments import is_relative
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import InvalidValue
from crm.schema.fieldtypes.local_format import TypedText, local_format
from crm.schema.fieldtypes.number import PLAIN
from crm.schema.fieldtypes.number_spelling import plain_number

DAY = fieldtypes.get("Date")


def canonical(query: ListQuery, fields: Mapping[str, FieldDefinition]) -> ListQuery:
    """Return the query that a filter form sent, with its texts in the machine's form. Raises BadQuery for what cannot be read."""
    filters = {
        name: tuple(_canonical(fields[name], text) for text in values) if name in fields else values
        for name, values in query.filters.items()
    }
    kept = {name: values for name, values in query.parameters.items() if name != TYPED}
    return replace(query, parameters=kept | filters, typed_plus=None)


def shown_text(field: FieldDefinition | None, text: str) -> str:
    """A filter of an address as the active language writes it; as it is where it is no value of the field, like `today-7d`."""
    if field is None or not fieldtypes.get(field.type).reads_locally:
        return text
    sign, value = operator_apart(text)
    for kind in _readers(fieldtypes.get(field.type), value):
        with suppress(InvalidValue):
            return sign + (kind.form_value(kind.read(value, field), field) or value)
    return text


def _canonical(field: FieldDefinition, text: str) -> str:
    kind, (sign, value) = fieldtypes.get(field.type), operator_apart(text)
    if not kind.reads_locally or value in ("", EMPTY) or (not kind.is_numeric and is_relative(value)):
        return text
    try:
        return sign + _machine_text(kind, value, field)
    except InvalidValue as refusal:
        raise BadQuery(f"{field.label}: {refusal}", parameter=field.name) from refusal


def _machine_text(kind: fieldtypes.FieldType, value: str, field: FieldDefinition) -> str:
    """A number keeps all its decimals: rounded it would find others."""
    if kind.is_numeric:
        typed = kind.read_typed(value, field)
        plain = plain_number(value, local_format(), getattr(kind, "unit", None))
        return plain if PLAIN.fullmatch(plain) else kind.cell(typed, field)
    *first, last = _readers(kind, value)
    for reader in first:
        with suppress(InvalidValue):
            return reader.cell(reader.read_typed(TypedText(value), field), field)
    return last.cell(last.read_typed(value, field), field)


def _readers(kind: fieldtypes.FieldType, value: str) -> Iterator[fieldtypes.FieldType]:
    """A day alone stands for all its instants, so that it stays a day."""
    if kind.kind == "datetime" and ":" not in value:
        yield DAY
    yield kind
