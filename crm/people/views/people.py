"""Who has an account, and what an administrator changes about one."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.people import accounts
from crm.people.forms import NewPersonForm, RoleForm
from crm.people.models import User
from crm.people.permissions import require
from crm.people.requests import SignedInRequest


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "people")
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (person := _added(request, form)):
        messages.success(request, _("%(person)s can sign in now.") % {"person": person})
        return redirect("people")
    context = {"people": User.objects.order_by("-is_active", "email"), "form": form}
    return render(request, "people/people.html", context, status=422 if form.is_bound else 200)


def _added(request: SignedInRequest, form: NewPersonForm) -> User | None:
    try:
        return accounts.create_person(**form.cleaned_data, by=request.actor)
    except accounts.AccountRefused as refusal:
        form.add_error("email", str(refusal))
        return None


@require_safe
def person_page(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _show(request, _person(request, pk))


@require_POST
def change_role(request: SignedInRequest, pk: UUID) -> HttpResponse:
    person = _person(request, pk)
    form = RoleForm(request.POST)
    if person == request.user:
        messages.error(request, _("Your own role is changed by another administrator."))
    elif form.is_valid() and _is_done(request, lambda: accounts.change_role(person, form.cleaned_data["role"], by=request.actor)):
        messages.success(request, _("%(person)s is now %(role)s.") % {"person": person, "role": person.get_role_display()})
    return redirect("person", pk)


@never_cache
@require_POST
def reset_password(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows the new password in this answer alone: it is stored nowhere, not even in the session."""
    person = _person(request, pk)
    if person == request.user:
        return redirect("account_change_password")
    return _show(request, person, password=accounts.reset_password(person, by=request.actor))


@require_POST
def end_sessions(request: SignedInRequest, pk: UUID) -> HttpResponse:
    person = _person(request, pk)
    accounts.end_sessions(person, by=request.actor)
    messages.success(request, _("%(person)s is signed out everywhere.") % {"person": person})
    return redirect("person", pk)


@require_POST
def deactivate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    person = _person(request, pk)
    if person == request.user:
        messages.error(request, _("Your own account is deactivated by another administrator."))
    elif _is_done(request, lambda: accounts.deactivate(person, by=request.actor)):
        messages.success(request, _("%(person)s can no longer sign in and is signed out everywhere.") % {"person": person})
    return redirect("person", pk)


@require_POST
def activate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    person = _person(request, pk)
    accounts.activate(person, by=request.actor)
    messages.success(request, _("%(person)s can sign in now.") % {"person": person})
    return redirect("person", pk)


def _person(request: SignedInRequest, pk: UUID) -> User:
    require(request.actor, "people")
    return get_object_or_404(User, pk=pk)


def _is_done(request: SignedInRequest, change: Callable[[], None]) -> bool:
    """Return False, and show the reason, where it was refused."""
    try:
        change()
    except accounts.AccountRefused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _show(request: SignedInRequest, person: User, *, password: str = "") -> HttpResponse:
    context = {
        "person": person,
        "form": RoleForm(initial={"role": person.role}),
        "is_self": person == request.user,
        "password": password,
    }
    return render(request, "people/person.html", context)
