"""What holds for accounts whoever changes them."""

import pytest

from crm.people import accounts
from crm.people.actors import Actor
from crm.people.models import AuditEvent, Role, User

pytestmark = pytest.mark.django_db

OPERATOR = Actor.operator()


@pytest.mark.parametrize("email", ["READER@example.com", "reader@example.com"])
def test_an_address_has_one_account(reader, email):
    with pytest.raises(accounts.EmailTaken, match=f"account of {email} already"):
        accounts.create_person(email, Role.READER, password="x", by=OPERATOR)

    assert not AuditEvent.objects.filter(verb="person-added").exists()


@pytest.mark.parametrize("email", ["nobody", "", f"{'a' * 250}@example.com"])
def test_what_is_no_address_has_no_account(email):
    with pytest.raises(accounts.AccountRefused):
        accounts.create_person(email, Role.READER, password="x", by=OPERATOR)


@pytest.mark.parametrize(
    "loss",
    [
        lambda person: accounts.change_role(person, Role.MANAGER, by=OPERATOR),
        lambda person: accounts.deactivate(person, by=OPERATOR),
    ],
)
def test_last_active_administrator_stays(admin, loss):
    User.objects.create_user("gone@example.com", None, Role.ADMINISTRATOR, is_active=False)

    with pytest.raises(accounts.AccountRefused, match="last active administrator"):
        loss(admin)

    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == (Role.ADMINISTRATOR, True)


def test_one_of_two_administrators_goes(admin):
    other = User.objects.create_user("other@example.com", None, Role.ADMINISTRATOR)

    accounts.deactivate(admin, by=OPERATOR)

    with pytest.raises(accounts.AccountRefused):
        accounts.change_role(other, Role.READER, by=OPERATOR)


def test_events_name_the_person_and_what_changed(reader):
    accounts.change_role(reader, Role.EDITOR, by=OPERATOR)
    accounts.deactivate(reader, by=OPERATOR)
    accounts.activate(reader, by=OPERATOR)
    accounts.end_sessions(reader, by=OPERATOR)
    accounts.reset_password(reader, by=OPERATOR)

    events = (
        AuditEvent.objects.filter(channel="command", subject=str(reader.pk))
        .order_by("pk")
        .values_list("verb", "subject", "details")
    )
    assert list(events) == [
        ("role-changed", str(reader.pk), {"from": "READONLY", "to": "NOREMOVE"}),
        ("person-deactivated", str(reader.pk), {}),
        ("person-activated", str(reader.pk), {}),
        ("sessions-ended", str(reader.pk), {}),
        ("password-reset", str(reader.pk), {}),
    ]


def test_what_is_so_already_is_no_event(reader):
    accounts.change_role(reader, Role.READER, by=OPERATOR)
    accounts.activate(reader, by=OPERATOR)

    assert not AuditEvent.objects.filter(subject=str(reader.pk)).exists()
