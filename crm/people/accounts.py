"""Accounts: made, given a new password or role, deactivated; each change leaves an audit event."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.models import Role, User
from crm.people.passwords import make_password


class AccountRefused(Exception):
    """Why an account cannot be made or changed so, in a sentence."""


class EmailTaken(AccountRefused):
    def __init__(self, email: str) -> None:
        super().__init__(_("There is an account of %s already.") % email)


def create_person(email: str, role: str, *, password: str, by: Actor, name: str = "") -> User:
    """Raises AccountRefused for an invalid e-mail, EmailTaken for one that has an account, also one made at this moment."""
    _check_email(email)
    try:
        with transaction.atomic():
            person = User.objects.create_user(email, password, role, name=name)
            _record(by, "person-added", person, role=role)
    except IntegrityError as error:
        raise EmailTaken(email) from error
    return person


def find_person(email: str) -> User:
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        raise AccountRefused(_("There is no account of %s.") % email)
    return person


@transaction.atomic
def reset_password(person: User, *, by: Actor) -> str:
    """Gives a new password, which is stored only as a hash; the person's sessions end."""
    person.set_password(password := make_password())
    person.save(update_fields=["password"])
    _record(by, "password-reset", person)
    return password


@transaction.atomic
def change_role(person: User, role: str, *, by: Actor) -> None:
    """Holds from the person's next request on. Raises AccountRefused for the last active administrator."""
    if role != Role.ADMINISTRATOR:
        _keep_an_administrator(person)
    before, person.role = person.role, role
    if before != role:
        person.save(update_fields=["role"])
        _record(by, "role-changed", person, **{"from": before, "to": role})


@transaction.atomic
def deactivate(person: User, *, by: Actor) -> None:
    """The person can no longer sign in, and every session ends for
    good. Raises AccountRefused for the last active administrator."""
    _keep_an_administrator(person)
    if person.is_active:
        person.is_active = False
        person.session_version += 1
        person.save(update_fields=["is_active", "session_version"])
        _record(by, "person-deactivated", person)


@transaction.atomic
def activate(person: User, *, by: Actor) -> None:
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        _record(by, "person-activated", person)


@transaction.atomic
def end_sessions(person: User, *, by: Actor) -> None:
    person.session_version += 1
    person.save(update_fields=["session_version"])
    _record(by, "sessions-ended", person)


def _keep_an_administrator(person: User) -> None:
    """Locks the administrators, so that two of them cannot take each other's role at the same moment."""
    administrators = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    if {administrator.pk for administrator in administrators} == {person.pk}:
        raise AccountRefused(_("%(person)s is the last active administrator. Make another one first.") % {"person": person})


def _check_email(email: str) -> None:
    try:
        User._meta.get_field("email").clean(email, None)
    except ValidationError as error:
        raise AccountRefused(_("%s is not an e-mail address.") % email) from error


def _record(by: Actor, verb: str, person: User, **details: str) -> None:
    record_event(by, verb, subject=str(person.pk), details=details)
