"""The form of a new cluster: one box is enough."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _


class NewClusterForm(forms.Form):
    label = forms.CharField(
        label=_("Name of the cluster"),
        max_length=100,
        help_text=_("As you call these customers: Dealers, VIP, Employees. Everything else is set up for you."),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(Field("label", autofocus=True), Submit("create", _("Create cluster")))
        return helper
