"""One account an address, and a trail that only grows."""

import pytest
from django.db import IntegrityError, transaction

from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.people.models import AuditEvent, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(reader):
    return record_event(Actor(reader, "page"), "export", subject="CL", details={"rows": 3})


def test_addresses_differ_by_more_than_case(reader):
    with pytest.raises(IntegrityError):
        User.objects.create_user(reader.email.upper(), None, Role.READER)


def test_address_is_found_whatever_its_case(reader):
    assert User.objects.get_by_natural_key(reader.email.upper()) == reader


def test_nobody_has_djangos_own_rights(admin):
    assert (admin.is_staff, admin.is_superuser, admin.has_perm("people.add_user")) == (False, False, False)


def test_event_says_who_what_and_how(event, reader):
    recorded = AuditEvent.objects.get(pk=event.pk)

    assert (recorded.user, recorded.channel, recorded.verb, recorded.subject) == (reader, "page", "export", "CL")
    assert recorded.details == {"rows": 3}


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: AuditEvent.objects.update(verb="nothing"),
        lambda event: AuditEvent.objects.filter(pk=event.pk).delete(),
        lambda event: AuditEvent.objects.bulk_update([event], ["verb"]),
    ],
    ids=["save", "delete", "update all", "delete all", "bulk update"],
)
def test_event_stays_as_it_was(event, change):
    with pytest.raises(TypeError), transaction.atomic():
        change(event)

    assert AuditEvent.objects.get(pk=event.pk).verb == "export"


def test_event_outlives_its_person(event, reader):
    reader.delete()

    recorded = AuditEvent.objects.get(pk=event.pk)

    assert (recorded.user, recorded.user_name) == (None, "Rita")
