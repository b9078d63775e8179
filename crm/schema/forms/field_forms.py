"""Forms of the schema editor."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.local_numbers import local_number
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import new_fields
from crm.schema.draft.editing import OPTIONS_OF_LOCKED
from crm.schema.fieldtypes.local_format import as_typed
from crm.schema.forms.named_forms import PREFIX as LABEL
from crm.schema.forms.named_forms import label_inputs, labels_typed
from crm.schema.forms.option_forms import PREFIX, default_field, option_fields, option_values

# Name in the definition: label and help of its switch.
SWITCHES = {
    "unique": (gettext_lazy("Unique"), gettext_lazy("No two records hold the same value; empty does not count.")),
    "searchable": (gettext_lazy("Searchable"), gettext_lazy("Found by the search box and by the API's _keyword.")),
    "filterable": (gettext_lazy("Filterable"), gettext_lazy("May be used in filters, rules of lists and the API's _where.")),
    "public_read": (gettext_lazy("Readable without credentials"), gettext_lazy("The API shows it to anybody.")),
    "public_filter": (gettext_lazy("Filterable without credentials"), gettext_lazy("Anybody may look records up by it.")),
    "public_write": (gettext_lazy("Writable without credentials"), gettext_lazy("Anybody may change it through the API.")),
}


class NewFieldForm(forms.Form):
    """A field to add; the name may be left for the label to propose. With `kind` the options of that type are asked too."""

    label = forms.CharField(label=gettext_lazy("Label"), max_length=100, help_text=gettext_lazy("What people read on the form."))
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=50,
        required=False,
        help_text=gettext_lazy(
            "The word in worksheets, rules and the API; made from the label if empty. It cannot be changed later."
        ),
    )
    type = forms.ChoiceField(label=gettext_lazy("Type"))
    description = forms.CharField(label=gettext_lazy("Description"), max_length=750, required=False)
    required = forms.BooleanField(label=gettext_lazy("Required"), required=False)
    unique = forms.BooleanField(label=gettext_lazy("Unique"), required=False)

    def __init__(self, *args: Any, kind: fieldtypes.FieldType | None = None, **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [(label, label) for label in fieldtypes.labels()]  # type: ignore[attr-defined]
        self.kind = kind
        if kind is not None:
            self.fields |= option_fields(kind, {})

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(*self.fields, Submit("add", _("Add and publish")))
        return helper

    @property
    def wants_options(self) -> bool:
        """Return True if the type needs more than was asked yet."""
        kind = fieldtypes.get(self.cleaned_data["type"])
        return self.kind is None and any(option.required for option in kind.options)

    def definition(self, proposed_name: str) -> FieldDefinition:
        """Raises InvalidField."""
        cleaned = self.cleaned_data
        return new_fields.new_definition(
            cleaned["name"] or proposed_name,
            cleaned["type"],
            label=cleaned["label"],
            description=cleaned["description"],
            required=cleaned["required"],
            unique=cleaned["unique"],
            options=option_values(self.kind, cleaned, {}) if self.kind else {},
        )


class FieldForm(forms.Form):
    """What may change of a field besides its type: only what makes sense for that."""

    was = forms.CharField(widget=forms.HiddenInput)  # the definition that the page showed
    description = forms.CharField(label=gettext_lazy("Description"), max_length=750, required=False)

    def __init__(self, definition: FieldDefinition, *args: Any, empty: int = 0, **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        self.definition, self.kind = definition, fieldtypes.get(definition.type)
        self.fields.update(self._labels() | self._value_fields(empty) | self._switches())
        if not definition.locked:
            self.fields |= option_fields(self.kind, definition.options)
        self.initial = {**self.initial, "was": digest(definition), "description": definition.description}

    def _labels(self) -> dict[str, forms.CharField]:
        made = label_inputs(self.definition.labels, _("Label (%s)"))
        last = next(reversed(made.values()))
        last.help_text = _("Where one is empty, pages in that language show the English label, else another, else the name.")
        return made

    def _value_fields(self, empty: int) -> dict[str, forms.Field]:
        made: dict[str, forms.Field] = {}
        if "nullable" in self.kind.flags and not self.kind.needs_default:
            made["required"] = forms.BooleanField(
                label=_("Required"),
                required=False,
                initial=not self.definition.nullable,
                help_text=_("A record is not stored without a value."),
            )
        if "default" in self.kind.flags:
            made["default"] = default_field(self.kind, self.definition)
        if "default" in made and empty:
            made["fill_empty"] = forms.BooleanField(
                label=_("Give the default to the %(n)s records that have no value") % {"n": local_number(empty)}, required=False
            )
        return made

    def _switches(self) -> dict[str, forms.Field]:
        offered = (name for name in SWITCHES if name in self.kind.flags and self._may_change(name))
        return {
            name: forms.BooleanField(
                label=SWITCHES[name][0], help_text=SWITCHES[name][1], required=False, initial=getattr(self.definition, name)
            )
            for name in offered
        }

    def _may_change(self, name: str) -> bool:
        is_fixed = name == "unique" and self.kind.is_always_unique
        return not is_fixed and (not self.definition.locked or name in OPTIONS_OF_LOCKED)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "field-form"
        parts = (Fieldset(legend, *names) for legend, names in self._parts() if names)
        helper.layout = Layout("was", *parts, Submit("save", _("Save")))
        return helper

    def _parts(self) -> Iterator[tuple[str, list[str]]]:
        yield _("What people read"), [*(name for name in self.fields if name.startswith(LABEL)), "description"]
        yield _("Values"), self._present("required", "default", "fill_empty", "unique")
        yield _("Settings of %s") % self.definition.type, [name for name in self.fields if name.startswith(PREFIX)]
        yield _("Search and filters"), self._present("searchable", "filterable")
        yield _("Without credentials"), self._present("public_read", "public_filter", "public_write")

    def _present(self, *names: str) -> list[str]:
        return [name for name in names if name in self.fields]

    @property
    def is_outdated(self) -> bool:
        """Return True if somebody else has changed the field since the page was opened."""
        return bool(self.cleaned_data["was"] != digest(self.definition))

    def show_stored(self) -> None:
        """Shows what somebody else has stored in the meantime next to what was typed."""
        self.add_error(None, _("Somebody else has changed this field in the meantime. Compare the differences, then save again."))
        for name, stored in self._stored().items():
            if name in self.cleaned_data and self.cleaned_data[name] != stored:
                self.add_error(name, _("Stored now: %s") % (stored if stored not in (None, "") else _("nothing")))
        self.data = {**self.data.dict(), "was": digest(self.definition)}  # type: ignore[attr-defined]  # posted

    def _stored(self) -> Mapping[str, Any]:  # Any: form values
        initial = {name: field.initial for name, field in self.fields.items() if name not in {"was", "fill_empty"}}
        return {**initial, "description": self.definition.description}

    def changes(self) -> dict[str, Any]:  # Any: each option's own
        """The options that differ from what is drafted."""
        cleaned = self.cleaned_data
        wanted: dict[str, Any] = {"labels": labels_typed(cleaned, self.definition.labels), "description": cleaned["description"]}
        wanted |= {name: cleaned[name] for name in SWITCHES if name in cleaned}
        wanted |= {"nullable": not cleaned["required"]} if "required" in cleaned else {}
        wanted |= {"default": as_typed(cleaned["default"])} if "default" in cleaned else {}
        if not self.definition.locked and self.kind.options:
            wanted["options"] = option_values(self.kind, cleaned, self.definition.options)
        return {name: value for name, value in wanted.items() if value != getattr(self.definition, name)}


class TypeForm(forms.Form):
    """The options of the type that a field is to have."""

    def __init__(
        self, definition: FieldDefinition, kind: fieldtypes.FieldType, *args: Any, **kwargs: Any
    ) -> None:  # Any: Django's
        super().__init__(*args, **kwargs)
        self.definition, self.kind = definition, kind
        self.fields |= option_fields(kind, definition.options)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(*self.fields, Submit("retype", _("Draft this type and see the plan")))
        return helper

    def options(self) -> dict[str, Any]:  # Any: each option's own
        return option_values(self.kind, self.cleaned_data, self.definition.options)


class IndexForm(forms.Form):
    """An index to add."""

    name = forms.RegexField(
        r"^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$",
        label=gettext_lazy("Name"),
        max_length=50,
        help_text=gettext_lazy("Letters, digits and single underscores."),
    )
    fields_text = forms.CharField(
        label=gettext_lazy("Fields"),
        max_length=500,
        help_text=gettext_lazy("One name, or several in their order with commas between them."),
    )
    unique = forms.BooleanField(
        label=gettext_lazy("Unique values"),
        required=False,
        help_text=gettext_lazy("The combination may stand in one record only, and finds it by the API: an alternate key."),
    )

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        self.names = names
        self.fields["fields_text"].widget.attrs["list"] = "field-names"

    def clean_fields_text(self) -> list[str]:
        typed = [name.strip() for name in self.cleaned_data["fields_text"].split(",") if name.strip()]
        like = {name.lower(): name for name in self.names}
        if unknown := [name for name in typed if name.lower() not in like]:
            raise forms.ValidationError(_("There is no stored field “%s”.") % unknown[0])
        found = [like[name.lower()] for name in typed]
        if len(set(found)) < len(found):
            raise forms.ValidationError(_("A field is listed twice."))
        return found

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("name", "fields_text", "unique", Submit("add", _("Add the index")))
        return helper


def digest(definition: FieldDefinition) -> str:
    """The same for the same drafted definition."""
    document = {name: value for name, value in asdict(definition).items() if name != "column"}
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]
