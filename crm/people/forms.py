"""Forms about people."""

from typing import Any

from allauth.account.forms import LoginForm
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from crm.people.models import Role, User


class SignInForm(LoginForm):
    """The library's, in our words and without placeholders that repeat the labels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: the library's own
        super().__init__(*args, **kwargs)
        labels = {"login": _("E-mail"), "password": _("Password"), "remember": _("Stay signed in")}
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["autofocus"] = True


class NewPersonForm(forms.ModelForm):
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput, help_text=_("At least 10 characters."))

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
            raise forms.ValidationError(_("There is an account of %s already.") % email)
        return email

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]

    def save(self, commit: bool = True) -> User:  # noqa: ARG002  # Django's signature
        cleaned = self.cleaned_data
        return User.objects.create_user(cleaned["email"], cleaned["password"], cleaned["role"], name=cleaned["name"])


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role)


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
    """Django's, with our button."""

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.add_input(Submit("change", _("Change password")))
        return helper
