"""Forms about an entity as a whole."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext as _

from crm.schema.forms.named_forms import NamedForm
from crm.schema.models import DataEntity

KEEP, DELETE = "keep", "delete"


class NewEntityForm(NamedForm):
    """An acronym, a name, and who names its records."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, labels={}, **kwargs)
        self.action = _("Make the entity")
        self.fields["acronym"] = forms.CharField(
            label=_("Acronym"),
            max_length=2,
            help_text=_("Two capital letters: its word in addresses, worksheets and the API. It cannot be changed later."),
        )
        self.fields["key"] = forms.ChoiceField(
            label=_("Ids of its records"),
            choices=[("made", _("made here")), ("given", _("given with each new record"))],
            help_text=_("Given ids suit records that have one elsewhere already."),
        )
        self.order_fields(["acronym"])


class EntityNameForm(NamedForm):
    def __init__(self, *args: Any, entity: DataEntity, **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, labels=entity.names, **kwargs)
        self.action = _("Save and publish the name")


class DeletionForm(forms.Form):
    """What becomes of the records; that they go is confirmed by typing how many there are."""

    def __init__(self, *args: Any, records: int, is_removed: bool, **kwargs: Any) -> None:  # Any: Django's own
        super().__init__(*args, **kwargs)
        self.records = records
        keep, delete = (KEEP, _("Keep them: the entity can be restored")), (DELETE, _("Delete them for good"))
        self.fields["choice"] = forms.ChoiceField(
            label=_("Its records"), choices=[delete] if is_removed else [keep, delete], widget=forms.RadioSelect
        )
        self.fields["typed"] = forms.CharField(
            label=_("How many records go"),
            required=False,
            max_length=20,
            help_text=_("To delete them, type their number: %s") % records,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )
        self.fields["choice"].initial = DELETE if is_removed else KEEP

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(*self.fields, Submit("go", _("Remove the entity"), css_class="btn-danger"))
        return helper

    @property
    def keeps_records(self) -> bool:
        return self.cleaned_data["choice"] == KEEP

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        # As people write it: 1,203 or 1.203 or 1203.
        digits = "".join(letter for letter in cleaned.get("typed", "") if letter not in ",.\u00a0 ")
        if cleaned.get("choice") == DELETE and digits != str(self.records):
            self.add_error("typed", _("Type %s, which is how many records go.") % self.records)
        return cleaned
