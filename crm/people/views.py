"""Pages about people: who has an account, one's own account."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.people.auditing import record_event
from crm.people.forms import AccountForm, NewPasswordForm, NewPersonForm, RoleForm
from crm.people.models import AuditEvent, Role, User
from crm.people.requests import SignedInRequest
from crm.people.rules import require

AUDIT_SHOWN = 200


@require_http_methods(["GET", "POST"])
def people(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "people")
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        record_event(request.actor, "person-added", subject=str(person.pk), details={"role": person.role})
        messages.success(request, _("%(person)s can sign in now.") % {"person": person})
        return redirect("people")
    context = {"people": User.objects.all(), "form": form, "roles": Role.choices}
    return render(request, "people/people.html", context, status=422 if form.is_bound else 200)


@require_POST
def change_role(request: SignedInRequest, pk: UUID) -> HttpResponse:
    require(request.actor, "people")
    person = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST)
    if person == request.user:
        messages.error(request, _("Your own role is changed by another administrator."))
    elif form.is_valid():
        before, person.role = person.role, form.cleaned_data["role"]
        person.save(update_fields=["role"])
        record_event(request.actor, "role-changed", subject=str(person.pk), details={"from": before, "to": person.role})
        messages.success(request, _("%(person)s is now %(role)s.") % {"person": person, "role": person.get_role_display()})
    return redirect("people")


@require_GET
def audit(request: SignedInRequest) -> HttpResponse:
    require(request.actor, "people")
    return render(request, "people/audit.html", {"events": AuditEvent.objects.all()[:AUDIT_SHOWN]})


@require_http_methods(["GET", "POST"])
def account(request: SignedInRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your account is saved."))
        return redirect("account")
    return render(request, "people/account.html", {"form": form}, status=422 if form.is_bound else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: SignedInRequest) -> HttpResponse:
    form = NewPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        # The session is tied to the password: this one goes on, the person's others end.
        update_session_auth_hash(request, form.save())
        record_event(request.actor, "password-changed", subject=str(request.user.pk))
        messages.success(request, _("Your password is changed; your other browsers are signed out."))
        return redirect("account")
    return render(request, "people/password.html", {"form": form}, status=422 if form.is_bound else 200)
