"""Forms to create clusters, and to change one and its rule."""

from collections.abc import Iterator
from typing import Any

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clusters.catalogue.creating import tier_fields
from clusters.catalogue.lookup import LONGEST_DESCRIPTION, LONGEST_LABEL
from clusters.models import Cluster
from crm.rules.limits import MAX_LENGTH

# By the number of each in `tokens.css`.
COLOUR_NAMES = (
    _("indigo"), _("rust"), _("green"), _("pink"), _("sky blue"), _("ochre"),
    _("purple"), _("teal"), _("red"), _("olive"), _("blue"), _("grey"),
)  # fmt: skip

RULE_HELP = _(
    "Leave it empty to choose the members yourself, by hand or by worksheet. A rule decides for you, always up to date:"
    " isCorporate=true AND approved=true, createdIn>today-30d, email contains example.com."
)


def rule_field(*, include: str, **options: Any) -> forms.CharField:  # Any: arguments of Django's field
    """The page previews the rule while it is typed, with what it includes; without scripts a button does."""
    watched = {"hx-get": reverse_lazy("cluster-preview"), "hx-trigger": "input changed delay:400ms", "hx-target": "#preview"}
    watched["hx-sync"] = "#preview:replace"  # with the exact number that is being counted of what was typed before
    plain = {"rows": 6, "class": "font-monospace", "spellcheck": "false", "autocapitalize": "none"}
    widget = forms.Textarea(attrs={**plain, **watched, "hx-include": include})
    return forms.CharField(max_length=MAX_LENGTH, widget=widget, **options)


class NewClusterForm(forms.Form):
    label = forms.CharField(
        label=_("Name of the cluster"),
        max_length=LONGEST_LABEL,
        help_text=_("As you call these customers: Dealers, VIP, Employees. Everything else is set up for you."),
    )
    rule = rule_field(label=_("Rule"), include="[name=entity]", required=False, help_text=RULE_HELP)
    entity = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)

    begins_at_label = True

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True  # the template writes the form's tag, its token and its buttons
        helper.layout = Layout(Field("label", **({"autofocus": True} if self.begins_at_label else {})), "entity")
        return helper

    def clean_entity(self) -> str:
        return self.cleaned_data["entity"] or "CL"


class RuleForm(forms.Form):
    """Changes the rule of a cluster that has one."""

    rule = rule_field(label=_("Rule"), include="[name=cluster]")
    cluster = forms.CharField(required=False, widget=forms.HiddenInput)


def colour_choices() -> Iterator[tuple[int, str]]:
    """Each colour by its number, as a swatch with its name."""
    for number, name in enumerate(COLOUR_NAMES, start=1):
        yield number, format_html('<span class="swatch chip-{}"></span>{}', number, name)


class SettingsForm(forms.Form):
    """What a cluster is called and described as, and whose it is."""

    label = forms.CharField(label=_("Name of the cluster"), max_length=LONGEST_LABEL)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Who they are and what they are for, so that colleagues use it rightly."),
    )
    colour = forms.TypedChoiceField(
        label=_("Colour"), coerce=int, choices=lambda: list(colour_choices()), widget=forms.RadioSelect
    )
    owner = forms.EmailField(label=_("Owner"), required=False, help_text=_("The e-mail of who looks after it; empty for nobody."))

    @staticmethod
    def values_of(cluster: Cluster) -> dict[str, Any]:  # Any: initial values
        owner = cluster.owner.email if cluster.owner else ""
        return {"label": cluster.label, "description": cluster.description, "colour": cluster.colour, "owner": owner}

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("label", "description", InlineRadios("colour"), "owner")
        return helper


class CopyForm(forms.Form):
    label = forms.CharField(label=_("Name of the copy"), max_length=LONGEST_LABEL)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(Field("label", autofocus=True))
        return helper


class TiersForm(forms.Form):
    """Which Choice is to be a cluster for each of its options."""

    field = forms.ChoiceField(
        choices=lambda: tier_fields("CL"),
        label=_("Field"),
        help_text=_("Each option becomes a cluster: who has the option is in it, and joining sets the option."),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("field")
        return helper
