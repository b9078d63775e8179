"""Forms about people."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.conf import settings
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import validate_password
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from crm.people.accounts import EmailTaken
from crm.people.models import VERBS, Role, User
from crm.people.permissions import describe_role


class SignInForm(LoginForm):
    """The library's, with our labels and without placeholders that repeat them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: the library's own
        super().__init__(*args, **kwargs)
        labels = {"login": _("E-mail"), "password": _("Password"), "remember": _("Stay signed in")}
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["autofocus"] = True


def role_choices() -> list[tuple[str, str]]:
    """Each role with what it allows, from the table that decides."""
    row = '{} <span class="form-text d-block mt-0">{}</span>'
    return [(role.value, format_html(row, role.label, describe_role(role))) for role in Role]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=role_choices, widget=forms.RadioSelect, initial=Role.READER)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout("role", Submit("change", _("Change role")))
        return helper


class NewPersonForm(forms.ModelForm):
    role = forms.ChoiceField(label=_("Role"), choices=role_choices, widget=forms.RadioSelect, initial=Role.READER)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, and not the person's e-mail."),
    )

    class Meta:
        model = User
        fields = ["email", "name", "role"]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("email", "name", "role", "password", Submit("add", _("Add person")))
        return helper

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(str(EmailTaken(email)))
        return email

    def clean_password(self) -> str:
        cleaned = self.cleaned_data
        validate_password(cleaned["password"], User(email=cleaned.get("email", ""), name=cleaned.get("name", "")))
        return cleaned["password"]


def verb_choices() -> list[tuple[str, str]]:
    return [
        ("", str(_("Everything"))),
        *sorted(((verb, str(label)) for verb, label in VERBS.items()), key=lambda choice: choice[1]),
    ]


class AuditFilterForm(forms.Form):
    """The parameters of the audit trail; all are optional."""

    _verb = forms.ChoiceField(label=_("What"), choices=verb_choices, required=False)
    _person = forms.ModelChoiceField(
        User.objects.all(),
        label=_("Person"),
        required=False,
        empty_label=_("Everybody"),
        help_text=_("Who acted, or whom it was about."),
    )
    _from = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    _to = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = "get"
        columns = [Column(name, css_class="col-sm-6 col-lg-3") for name in ("_verb", "_person", "_from", "_to")]
        button = StrictButton(_("Filter"), type="submit", css_class="btn-outline-secondary")
        helper.layout = Layout(Row(*columns), button)
        return helper

    def query(self) -> dict[str, Any]:  # Any: each field's own
        """As `AuditQuery` takes it."""
        names = {"verb": "_verb", "person": "_person", "since": "_from", "until": "_to"}
        return {name: self.cleaned_data[field] for name, field in names.items()}


def languages() -> list[tuple[str, str]]:
    return [("", str(_("As the browser asks"))), *((code, str(name)) for code, name in settings.LANGUAGES)]


class AccountForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("Language"), choices=languages, required=False)

    class Meta:
        model = User
        fields = ["name", "language"]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("name", "language", Submit("save", _("Save")))
        return helper


class NewPasswordForm(PasswordChangeForm):
    """Django's, with our button; wrong old passwords are limited as those at sign-in are."""

    def clean_old_password(self) -> str:
        if not get_adapter().confirm_password(self.user, self.cleaned_data["old_password"]):
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return self.cleaned_data["old_password"]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.add_input(Submit("change", _("Change password")))
        return helper
