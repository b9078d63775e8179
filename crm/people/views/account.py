"""One's own account: name, language, password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from crm.people.auditing import record_event
from crm.people.forms import AccountForm, NewPasswordForm
from crm.people.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: SignedInRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your account is saved."))
        return redirect("account")
    return render(request, "people/account.html", {"form": form}, status=422 if form.is_bound else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: SignedInRequest) -> HttpResponse:
    form = NewPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        # The session is tied to the password: this one goes on, the person's others end.
        update_session_auth_hash(request, form.save())
        record_event(request.actor, "password-changed", subject=str(request.user.pk))
        messages.success(request, _("Your password is changed; your other browsers are signed out."))
        return redirect("account")
    return render(request, "people/password.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def inactive(request: HttpRequest) -> HttpResponse:
    """Where allauth sends the right password of a deactivated account."""
    messages.error(request, _("This account is deactivated. Ask an administrator."))
    return redirect("account_login")
