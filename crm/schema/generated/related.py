"""The records that relationships point to: looked up by what people
write, displayed by their shown field; few queries for any number."""

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.errors import quoted
from crm.schema.generated import current
from crm.schema.generated.constraints import key_expression
from crm.schema.generated.record_ids import known_ids
from crm.schema.record import Record, attribute


def related_model(field: FieldDefinition) -> type[Record] | None:
    """The class that a relationship points to; None when its entity is not published."""
    generated, acronym = current.models(), field.options.get("entity", "")
    return generated[acronym] if acronym in generated else None  # noqa: SIM401  # a registry is no mapping


def shown_field(field: FieldDefinition) -> FieldDefinition | None:
    """The field of the other record that is shown; None for its id."""
    model = related_model(field)
    shown = model.entity.field(field.options.get("display") or "") if model else None
    return shown if shown and shown.column else None


def resolve(cells: Sequence[str], field: FieldDefinition) -> tuple[dict[str, str], dict[str, str]]:
    """The id that each cell means, by id first and by shown value then, and the reason for each that means none."""
    model = related_model(field)
    if model is None:
        reason = _("The entity %s is not there.") % field.options.get("entity", "")
        return {}, dict.fromkeys(cells, reason)
    found = known_ids(cells, model)
    unknown = [cell for cell in cells if cell not in found]
    shown, several = _by_shown_value(unknown, model, field) if unknown else ({}, set())
    return found | shown, {cell: _reason(cell, model, field, several) for cell in unknown if cell not in shown}


def titles(ids: Collection[str], field: FieldDefinition) -> dict[str, str]:
    """What is shown of each of these records; those that are gone, or hold nothing to show, are left out."""
    model, shown = related_model(field), shown_field(field)
    possible = [one for one in ids if "\0" not in one]  # what was typed is asked for too, and PostgreSQL takes no such text
    if not possible or model is None or shown is None:
        return {}
    rows = list(model.objects.filter(pk__in=possible).values_list("pk", attribute(model, shown.name)))
    texts = fieldtypes.get(shown.type).display_column([value for _pk, value in rows], shown)
    return {pk: text for (pk, _value), text in zip(rows, texts, strict=True) if text}


def written(record_id: str, field: FieldDefinition) -> str:
    """What a person may write for a record: its shown value if that is unique, else its id."""
    model, shown = related_model(field), shown_field(field)
    if model is None or shown is None or not shown.unique:
        return record_id
    value = model.objects.filter(pk=record_id).values_list(attribute(model, shown.name), flat=True).first()
    return fieldtypes.get(shown.type).cell(value, shown) or record_id


def _by_shown_value(cells: Sequence[str], model: type[Record], field: FieldDefinition) -> tuple[dict[str, str], set[str]]:
    """The cells that are the shown value of one record, and those of several."""
    shown = shown_field(field)
    keys = _keys(cells, shown) if shown else {}
    if shown is None or not keys:
        return {}, set()
    holders: dict[object, list[str]] = {}
    # "Is not null" repeats the condition of a unique index, so that both databases use it.
    records = model.objects.annotate(crm_key=key_expression(shown)).filter(**{f"{shown.name}__isnull": False})
    for key, pk in records.filter(crm_key__in=set(keys.values())).values_list("crm_key", "pk"):
        holders.setdefault(key, []).append(pk)
    one = {cell: holders[key][0] for cell, key in keys.items() if len(holders.get(key, [])) == 1}
    return one, {cell for cell, key in keys.items() if len(holders.get(key, [])) > 1}


def _keys(cells: Sequence[str], shown: FieldDefinition) -> Mapping[str, object]:
    """What each cell would be as a value of the shown field, as that is compared."""
    kind = fieldtypes.get(shown.type)
    values, _wrong = kind.read_column(cells, shown, fieldtypes.CellFormat())
    return {cell: kind.key(value) for cell, value in zip(cells, values, strict=True) if value is not None}


def _reason(cell: str, model: type[Record], field: FieldDefinition, several: set[str]) -> str:
    words = {"entity": model.entity.name, "value": quoted(cell)}
    if cell in several:
        return _("%(entity)s has several records with “%(value)s”; write the id of the one that is meant.") % words
    shown = shown_field(field)
    if shown is None:
        return _("%(entity)s has no record with the id “%(value)s”.") % words
    return _("%(entity)s has no record with the id or %(field)s “%(value)s”.") % {**words, "field": shown.label}
