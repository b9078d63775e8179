"""Forms to create a cluster, and to change its rule."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from crm.rules.limits import MAX_LENGTH

RULE_HELP = _(
    "Leave it empty to choose the members yourself, by hand or by worksheet. A rule decides for you, always up to date:"
    " state=SP AND totalSpent>1000, lastOrderAt>today-30d, email contains example.com."
)


def rule_field(**options: Any) -> forms.CharField:  # Any: arguments of Django's field
    """The page previews the rule while it is typed; without scripts a button does."""
    watched = {"hx-get": reverse_lazy("cluster-preview"), "hx-trigger": "input changed delay:400ms", "hx-target": "#preview"}
    plain = {"rows": 2, "class": "font-monospace", "spellcheck": "false", "autocapitalize": "none"}
    return forms.CharField(max_length=MAX_LENGTH, widget=forms.Textarea(attrs={**plain, **watched}), **options)


class NewClusterForm(forms.Form):
    label = forms.CharField(
        label=_("Name of the cluster"),
        max_length=100,
        help_text=_("As you call these customers: Dealers, VIP, Employees. Everything else is set up for you."),
    )
    rule = rule_field(label=_("Rule"), required=False, help_text=RULE_HELP)
    entity = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True  # the template writes the form's tag, its token and its buttons
        rule = Div("rule", css_id="rule-box")
        self.fields["rule"].widget.attrs["hx-include"] = "[name=entity]"
        helper.layout = Layout(Field("label", autofocus=True), rule, "entity")
        return helper

    def clean_entity(self) -> str:
        return self.cleaned_data["entity"] or "CL"


class RuleForm(forms.Form):
    """Changes the rule of a cluster that has one."""

    rule = rule_field(label=_("Rule"))
    cluster = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        self.fields["rule"].widget.attrs["hx-include"] = "[name=cluster]"
        helper.layout = Layout("rule", "cluster")
        return helper
