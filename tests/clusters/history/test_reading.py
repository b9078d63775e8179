"""Histories as commands give them."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clusters.catalogue import creating
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from crm.records.writing import saving
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealers(spenders, operator):
    cluster = creating.create_cluster("Dealers", by=operator)
    change_members(cluster, "add", Selection(rule="state=SP"), by=operator)
    return cluster


def answered(*words: str) -> dict:
    call_command(*words, "--json", stdout=(output := StringIO()))
    return json.loads(output.getvalue())


def test_history_has_thirty_days_that_end_today(dealers):
    facts = answered("cluster_history", "Dealers")

    assert len(facts["days"]) == 30
    assert facts["days"][-1] == {"date": timezone.localdate().isoformat(), "size": 2, "joined": 2, "left": 0}
    assert facts["days"][0]["size"] is None
    assert "events" not in facts


def test_events_name_the_record_the_cause_and_who_did_it(dealers, operator):
    facts = answered("cluster_history", "Dealers", "--events")

    assert [(event["joined"], event["cause"], event["by"]) for event in facts["events"]] == [
        (True, "person", "operator, by command")
    ] * 2
    assert {event["record"] for event in facts["events"]} == set(
        current.models()["CL"].objects.filter(state="SP").values_list("pk", flat=True)
    )


def test_rule_is_compared_by_the_command_and_not_by_reading(spenders, operator):
    creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)
    saving.update(current.models()["CL"].objects.get(firstName="Bia"), {"totalSpent": 5000}, by=operator)

    assert answered("cluster_history", "Rich", "--events")["events"] == []
    assert answered("refresh_clusters") == {"clusters": 1, "joined": 1, "left": 0}
    (event,) = answered("cluster_history", "Rich", "--events")["events"]
    assert event["cause"] == "value"
    assert event["after"] < event["at"]


def test_members_are_listed_now_and_as_of_a_past_moment(dealers, operator):
    then = timezone.now().isoformat()
    change_members(dealers, "remove", Selection(rule="firstName=Ana"), by=operator)

    now, past = answered("cluster_members", "Dealers"), answered("cluster_members", "Dealers", "--as-of", then)

    assert len(now["members"]) == 1
    assert len(past["members"]) == 2
    assert past["members"] == sorted(past["members"])


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("2001-01-01", "is known from"),
        ("2999-01-01", "still to come"),
        ("yesterday", "is not a date"),
        ("2026-02-31", "is not a date"),
    ],
)
def test_moments_that_nothing_is_known_of_are_refused(dealers, moment, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("cluster_members", "Dealers", "--as-of", moment)


def test_days_in_the_wrong_order_are_refused(dealers):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()

    with pytest.raises(CommandError, match="first day is after"):
        call_command("cluster_history", "Dealers", "--from", tomorrow)


def test_one_count_everywhere(dealers, manager_client):
    listed = next(entry for entry in answered("list_clusters")["clusters"] if entry["cluster"] == "Dealers")["members"]

    assert (
        listed
        == answered("cluster_history", "Dealers")["days"][-1]["size"]
        == len(answered("cluster_members", "Dealers")["members"])
        == 2
    )
    assert answered("cluster_profile", "Dealers", "--by", "state")["members"] == 2
    assert answered("cluster_overlaps", "Dealers")["sizes"] == [2]
    assert manager_client.get("/clusters/Dealers/").context["figures"].number.members == 2
    assert "2 records" in manager_client.get("/crm/CL/?_in=Dealers").content.decode()
