"""Filters as people type them, `>1.234,56`, and as addresses hold them, `>1234.56`."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal as Number

from crm.local_numbers import local_number
from crm.records.errors import BadQuery
from crm.records.lists.filtering import EMPTY, operator_apart
from crm.records.lists.list_query import TYPED, ListQuery
from crm.rules.moments import is_relative
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import InvalidValue
from crm.schema.fieldtypes.invisible import trimmed
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
    """A filter of an address as the active language writes it; as it is where it is no value of the field, like `today-7d`,
    or where that would not be read back as the same value: the form sends what it shows."""
    if field is None or not fieldtypes.get(field.type).reads_locally:
        return text
    sign, value = operator_apart(text)
    kind = fieldtypes.get(field.type)
    for reader in _readers(kind, value):
        with suppress(InvalidValue):
            stored = reader.read(value, field)
            machine = value if kind.is_numeric and PLAIN.fullmatch(value) else reader.cell(stored, field)
            local = (reader.form_value(stored, field), *_all_decimals(kind, machine))
            return next((sign + shown for shown in local if _is_read_as(machine, kind, shown, field)), text)
    return text


def _all_decimals(kind: fieldtypes.FieldType, machine: str) -> Iterator[str]:
    """A number without rounding; then with one zero more, since three decimals may be taken for thousands."""
    if kind.is_numeric and machine:
        yield local_number(Number(machine))
        yield local_number(Number(f"{machine}0" if "." in machine else machine))


def _is_read_as(machine: str, kind: fieldtypes.FieldType, shown: str, field: FieldDefinition) -> bool:
    try:
        again = machine_text(kind, shown, field)
    except InvalidValue:
        return False
    return Number(again) == Number(machine) if kind.is_numeric and machine and again else again == machine


def _canonical(field: FieldDefinition, text: str) -> str:
    kind, (sign, value) = fieldtypes.get(field.type), operator_apart(text)
    if not kind.reads_locally or value in ("", EMPTY) or (not kind.is_numeric and is_relative(value)):
        return text
    try:
        return sign + machine_text(kind, value, field)
    except InvalidValue as refusal:
        raise BadQuery(f"{field.label}: {refusal}", parameter=field.name) from refusal


def machine_text(kind: fieldtypes.FieldType, value: str, field: FieldDefinition) -> str:
    """A number keeps all its decimals: rounded it would find others. Raises InvalidValue."""
    if kind.is_numeric:
        typed = kind.read_typed(value, field)
        plain = plain_number(value, local_format(), getattr(kind, "unit", None))
        return next(filter(PLAIN.fullmatch, (plain, trimmed(value))), kind.cell(typed, field))
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
