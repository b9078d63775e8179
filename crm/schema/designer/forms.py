"""Django forms of the designer's pages."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.utils.translation import gettext as _

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.designs import arranging, checking, form_rules
from crm.schema.designs.form_rules import FormRuleContext
from crm.schema.designs.stored_forms import Change
from crm.schema.errors import InvalidDesign
from crm.schema.fieldtypes.local_format import as_typed
from crm.schema.form_design import RULES, PlaceDesign, SectionDesign
from crm.schema.forms.named_forms import NamedForm
from crm.schema.models import Form


class NewFormForm(NamedForm):
    """A form to make: like another one, or empty; everybody's or one's own."""

    def __init__(
        self, *args: Any, known: Sequence[Form], may_share: bool, like: str = "", **kwargs: Any
    ) -> None:  # Any: Django's own
        super().__init__(*args, labels={}, **kwargs)
        self.action = _("Make the form")
        self.known = {form.name: form for form in known}
        first = like if like in self.known else next(iter(self.known), "")
        begin = [*((name, _("the same as “%s”") % form) for name, form in self.known.items()), ("", _("nothing"))]
        self.fields["like"] = forms.ChoiceField(label=_("Begin with"), choices=begin, required=False, initial=first)
        whose = [("shared", _("Everybody")), ("own", _("Only me"))]
        self.fields["whose"] = forms.ChoiceField(label=_("Who has it"), choices=whose if may_share else whose[1:])

    def like(self) -> Form | None:
        return self.known.get(self.cleaned_data["like"])

    def is_shared(self) -> bool:
        return self.cleaned_data["whose"] == "shared"


class SettingsForm(NamedForm):
    """What a form is called."""

    def __init__(self, *args: Any, form: Form, **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, labels=form.labels, **kwargs)
        self.action = _("Save the name")


class SectionForm(NamedForm):
    """What a section is called."""

    def __init__(self, *args: Any, section: SectionDesign, **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, labels=section.labels, **kwargs)
        self.action, self.key = _("Save the name"), section.key

    def change(self) -> Change:
        return partial(arranging.rename_section, key=self.key, labels=self.labels())


class PlaceForm(forms.Form):
    """The settings of one field on a form: only those that apply to it; `notes` name what the field itself requires."""

    def __init__(
        self, *args: Any, place: PlaceDesign, field: FieldDefinition, context: FormRuleContext, **kwargs: Any
    ) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        self.place, self.field, self.context = place, field, context
        self.notes: list[str] = []
        self._ask_whether_read_only()
        self._ask_whether_required()
        self.fields["help_text"] = forms.CharField(
            label=_("Help"), max_length=checking.LONGEST_HELP, required=False, initial=place.help_text
        )
        self.fields["help_text"].help_text = _("Shown below the field, instead of its description.")
        if not checking.default_refusal(field):
            self.fields["default"] = _default_field(place, field)
        if fieldtypes.is_relation(field):
            self.fields["combo_box"] = _box(
                _("Combo box: search for the record instead of typing its id"), initial=place.combo_box
            )
        self._ask_for_rules()

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        plain = [name for name in self.fields if name not in RULES]
        rules = Fieldset(_("By a rule"), *(name for name in self.fields if name in RULES), css_class="record-section")
        helper.layout = Layout(*plain, rules, Submit("save", _("Save")))
        return helper

    def clean(self) -> dict[str, Any]:
        """Each rule is checked, its error shown at its input, and stored in canonical spelling."""
        for kind in RULES:
            try:
                self.cleaned_data[kind] = form_rules.check_rule(kind, self.cleaned_data.get(kind, ""), self.field, self.context)
            except InvalidDesign as refusal:
                self.add_error(kind, str(refusal))
        return self.cleaned_data

    def change(self) -> Change:
        """Raises InvalidDesign."""
        changes = {name: self.cleaned_data[name] for name in self.fields if name != "default"}
        if "default" in self.fields:
            raw = self.fields["default"].widget.value_from_datadict(self.data, self.files, "default")
            changes["default"] = checking.stored_default(self.field, as_typed(raw))
        place = checking.check_place(self.field, replace(self.place, **changes))
        form_rules.check_place(place)
        return partial(arranging.set_place, name=self.field.name, **changes)

    def _ask_whether_read_only(self) -> None:
        if fieldtypes.is_writable(self.field):
            self.fields["read_only"] = _box(_("Read-only on this form"), initial=self.place.read_only)
        else:
            self.notes.append(_("The field is read-only everywhere."))

    def _ask_whether_required(self) -> None:
        if fieldtypes.is_always_required(self.field):
            self.notes.append(_("The field is required everywhere."))
        elif not (reason := checking.required_refusal(self.field)):
            self.fields["required"] = _box(_("Required on this form"), initial=self.place.required)
        elif fieldtypes.is_writable(self.field):
            self.notes.append(_("It cannot be required: %s.") % reason)

    def _ask_for_rules(self) -> None:
        rules = {kind: getattr(self.place, kind) for kind in RULES}
        words = {"shown_if": _("Shown only if"), "required_if": _("Required if"), "read_only_if": _("Read-only if")}
        example = _("A rule over the record, such as isCorporate=true.")
        hidden = _("Values of fields that are not shown are ignored.")
        help_texts = {"shown_if": f"{example} {hidden}", "required_if": example}
        help_texts["read_only_if"] = _("As the record is stored before it is changed.")
        for kind in RULES:
            if rules[kind] or not self._rule_refusal(kind):
                self.fields[kind] = _rule(words[kind], rules[kind], help_texts[kind])

    def _rule_refusal(self, kind: str) -> bool:
        """Return True if the rule cannot change anything: the field is always so, or never."""
        if kind == "read_only_if":
            return not fieldtypes.is_writable(self.field)
        is_always = fieldtypes.is_always_required(self.field)
        return is_always or (kind == "required_if" and bool(checking.required_refusal(self.field)))


def _rule(label: str, text: str, help_text: str) -> forms.CharField:
    widget = forms.TextInput({"class": "font-monospace", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"})
    how: dict[str, Any] = {"required": False, "max_length": form_rules.LONGEST_RULE, "widget": widget}
    return forms.CharField(label=label, initial=text, help_text=help_text, **how)


def _box(label: str, *, initial: bool) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, initial=initial)


def _default_field(place: PlaceDesign, field: FieldDefinition) -> forms.Field:
    """The field's own input; a Boolean's can also be left open."""
    kind = fieldtypes.get(field.type)
    made = kind.form_field(field)
    if isinstance(made, forms.BooleanField):
        made = forms.CharField(
            widget=forms.Select(choices=[("", _("as the field is set")), ("true", _("Yes")), ("false", _("No"))])
        )
    made.required, made.label = False, _("Default for new records")
    made.help_text = _("With “read-only”, every record that is made on this form gets it.")
    made.initial = _shown(place, field, kind)
    return made


def _shown(place: PlaceDesign, field: FieldDefinition, kind: fieldtypes.FieldType) -> Any:  # Any: each input's own
    if place.default is None:
        return None
    try:
        value = kind.read(place.default, field)
    except fieldtypes.InvalidValue:
        return None
    return kind.cell(value, field) if isinstance(value, bool) else kind.form_value(value, field)
