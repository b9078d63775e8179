"""Two people saved the same record: what each wrote, and the form with both."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from crm.records.exact_texts import TextPair, distinguished
from crm.records.forms.inputs import shown_value
from crm.records.forms.record_form import SHOWN, RecordForm
from crm.records.history.events import values_at
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import InvalidValue
from crm.schema.record import Record, held


@dataclass(frozen=True)
class BothValues:
    """A field as it is stored now and as it was typed."""

    field: FieldDefinition
    stored: str
    typed: str


def both_values(form: RecordForm, current: Record) -> list[BothValues]:
    """The fields that this person typed and that now hold something else."""
    mine = _mine(form, current)
    pairs = ((place.field, mine[place.field.name]) for place in form.view.places if place.field.name in mine)
    return [BothValues(field, *_both_texts(field, held(current, field.name), typed)) for field, typed in pairs]


def merged_data(form: RecordForm, current: Record) -> QueryDict:
    """What to fill the form with: one's own changes over what is stored now, and the version that was just shown."""
    sent = form.sent().keys()
    fields = (place.field for place in form.view.places if place.field.name in sent)
    values = {field.name: shown_value(field, held(current, field.name)) for field in fields}
    values |= _mine(form, current) | {"crm_version": current.crm_version}
    data = QueryDict(mutable=True)
    data[SHOWN] = " ".join(form.switches)
    for name, value in values.items():
        if isinstance(value, list):
            data.setlist(name, value)
        elif value is not False:  # an unchecked box is not sent
            data[name] = "on" if value is True else str(value)
    return data


def _mine(form: RecordForm, current: Record) -> dict[str, Any]:  # Any: raw values
    """The fields that were typed: different from what the page showed, not only from what is stored now."""
    base = values_at(current, form.expected_version() or current.crm_version)
    typed = ((name, value) for name, value in form.values().items())
    return {name: value for name, value in typed if value != _base_text(current, name, base)}


def _base_text(current: Record, name: str, base: dict[str, Any]) -> Any:
    field = current.entity.field(name)
    if field is None or name not in base:
        return object()  # nobody else changed it, so whatever differs was typed here
    try:
        return shown_value(field, fieldtypes.get(field.type).from_history(base[name], field))
    except InvalidValue:
        return object()


def _shown(field: FieldDefinition, value: Any) -> str:
    return fieldtypes.get(field.type).display(value, field) if value is not None else ""


def _both_texts(field: FieldDefinition, stored: Any, raw: Any) -> TextPair:
    try:
        typed = fieldtypes.get(field.type).clean(raw, field)
    except InvalidValue:
        return _shown(field, stored), str(raw)
    return distinguished((_shown(field, stored), _shown(field, typed)), (stored, typed), field)
