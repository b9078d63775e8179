"""Pinning on the page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters import membership
from clusters.catalogue import creating
from crm.people.models import Role
from crm.records.writing import saving
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import Field
from crm.schema.publishing import publishing

pytestmark = pytest.mark.django_db
ADDRESS = "/clusters/Rich/pins/"


@pytest.fixture
def rich(spenders, operator):
    return creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)


def asked(**changes: str) -> dict[str, str]:
    until = (timezone.localdate() + timedelta(days=10)).isoformat()
    return {"text": "Bia", "kept": "in", "until": until, "reason": "a friend", **changes}


def who(cluster) -> list[str]:
    return sorted(membership.members(cluster).values_list("firstName", flat=True))


def test_somebody_is_pinned_by_name_and_unpinned(rich, manager_client):
    manager_client.post(ADDRESS, asked())
    assert who(rich) == ["Ana", "Bia", "Caio"]
    page = manager_client.get(ADDRESS).content.decode()
    assert "a friend" in page

    bia = current.models()["CL"].objects.get(firstName="Bia")
    manager_client.post(ADDRESS, {"unpin": bia.pk})
    assert who(rich) == ["Ana", "Caio"]


def test_of_several_one_is_chosen_and_what_was_typed_stays(rich, manager_client, operator):
    saving.create(current.models()["CL"], {"firstName": "Bia", "lastName": "Lima"}, by=operator)

    answer = manager_client.post(ADDRESS, asked())
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "which one?" in page
    assert 'value="a friend"' in page
    manager_client.post(ADDRESS, asked(record=current.models()["CL"].objects.get(lastName="Lima").pk))
    assert membership.members(rich).filter(lastName="Lima").exists()


@pytest.mark.parametrize(
    "wrong", [{"until": ""}, {"until": "soon"}, {"until": "2001-01-01"}, {"reason": " "}, {"text": "nobody"}, {"text": ""}]
)
def test_what_is_missing_is_said_and_what_was_typed_stays(rich, manager_client, wrong):
    answer = manager_client.post(ADDRESS, asked(**wrong))

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert who(rich) == ["Ana", "Caio"]


def test_why_leads_to_the_pin_of_that_person(rich, manager_client):
    bia = current.models()["CL"].objects.get(firstName="Bia")

    assert f"/clusters/Rich/pins/?record={bia.pk}" in manager_client.get(f"/clusters/Rich/why/{bia.pk}/").content.decode()
    assert "<strong>Bia</strong>" in manager_client.get(ADDRESS, {"record": bia.pk}).content.decode()


def test_a_reader_sees_no_form_and_may_not_pin(rich, manager_client, sign_in):
    manager_client.post(ADDRESS, asked())
    reader = sign_in(Role.READER)

    assert 'name="reason"' not in reader.get(ADDRESS).content.decode()
    assert reader.post(ADDRESS, asked(kept="out")).status_code == 403


@pytest.mark.parametrize("record", ["nobody", "a\0b", "x" * 300])
def test_a_record_that_is_not_there_is_not_found(rich, manager_client, record):
    assert manager_client.get(ADDRESS, {"record": record}).status_code == 404
    assert manager_client.post(ADDRESS, {"unpin": record}).status_code == 404


def test_pins_that_count_for_nothing_are_said_to(rich, manager_client, administrator):
    manager_client.post(ADDRESS, asked())
    field = Field.objects.get(name="Rich")
    editing.change_field(field, options={"expression": "totalSpent>1000"})
    publishing.publish_entity("CL", {"Rich"}, by=administrator)

    assert "does not ask for its pins now" in manager_client.get(ADDRESS).content.decode()
    manager_client.post(ADDRESS, asked())
    assert who(rich) == ["Ana", "Bia", "Caio"]


def test_a_reason_with_hidden_characters_is_refused(rich, manager_client):
    answer = manager_client.post(ADDRESS, asked(reason="a \u202efriend"))

    assert answer.status_code == 422
