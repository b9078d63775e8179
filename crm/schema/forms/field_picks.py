"""The field to show of a related record, picked: one list by entity, which a script narrows to the entity that is chosen."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from crm.schema import fieldtypes
from crm.schema.definitions import in_language
from crm.schema.errors import InvalidField
from crm.schema.models import Field

OF = "."  # between an acronym and the name of one of its fields


def field_pick(acronym: str, name: str, *, entity_input: str, **how: Any) -> forms.ChoiceField:  # Any: Django's own
    """`acronym` and `name` are what is stored, if anything is; `entity_input` is the input that chooses the entity."""
    stored = f"{acronym}{OF}{name}" if name else ""
    widget = forms.Select(attrs={"data-fields-of": entity_input})
    return forms.ChoiceField(choices=_choices(stored), initial=stored, widget=widget, **how)


def picked(typed: str, acronym: str) -> str:
    """The name of the field. Raises InvalidField where it is a field of another entity than the chosen one."""
    owner, _of, name = typed.partition(OF)
    if typed and owner != acronym:
        raise InvalidField(_("The field to show is one of another entity than the field points to."))
    return name


def _choices(stored: str) -> list[tuple[str, Any]]:  # Any: a label, or the choices of a group
    """Fields that can represent their record; the stored one is always among them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    shown = Field.objects.filter(hidden=False, entity__removed=False).order_by("entity__position", "entity__acronym", "position")
    for acronym, names, name, label, kind in shown.values_list("entity__acronym", "entity__names", "name", "labels", "type"):
        if fieldtypes.get(kind).can_be_shown:
            group = groups.setdefault(f"{in_language(names, acronym)} ({acronym})", [])
            group.append((f"{acronym}{OF}{name}", in_language(label, name)))
    offered = {value for group in groups.values() for value, _label in group}
    gone = [(stored, stored.partition(OF)[2])] if stored and stored not in offered else []
    return [("", "—"), *gone, *groups.items()]
