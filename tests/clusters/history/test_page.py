"""The page of a cluster's history."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.formats import date_format

from clusters import membership
from clusters.catalogue import changing, creating
from clusters.catalogue.changing import ClusterChange
from clusters.history.refreshing import refresh
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from clusters.models import ClusterCount, MembershipEvent, RuleVersion
from clusters.why.explaining import explain_membership
from crm.people.models import Role
from crm.records.writing import saving
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealers(spenders, operator):
    cluster = creating.create_cluster("Dealers", by=operator)
    change_members(cluster, "add", Selection(rule="state=SP"), by=operator)
    return cluster


@pytest.fixture
def rich(spenders, operator):
    return creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)


def record(name: str):
    return current.models()["CL"].objects.get(firstName=name)


def test_page_shows_the_size_and_who_joined(dealers, sign_in):
    page = sign_in(Role.READER).get("/clusters/Dealers/history/").content.decode()

    assert "In 30 days 2 joined and 0 left." in page
    assert page.count("has joined") == 2


def test_page_draws_a_line_as_soon_as_two_days_are_known(dealers, sign_in):
    reader = sign_in(Role.READER)
    refresh(dealers)
    assert "The line begins tomorrow" in reader.get("/clusters/Dealers/history/").text

    ClusterCount.objects.filter(cluster=dealers).update(known_from=timezone.now() - timedelta(days=2))
    page = reader.get("/clusters/Dealers/history/").text
    assert "<polyline" in page and "The line begins tomorrow" not in page


def test_page_says_that_nothing_happened_yet(rich, manager_client):
    assert "Nobody joined or left yet." in manager_client.get("/clusters/Rich/history/").content.decode()


def test_two_days_are_compared(dealers, manager_client, operator):
    MembershipEvent.objects.all()
    refresh(dealers)
    earlier = timezone.now() - timedelta(days=5)
    MembershipEvent.objects.filter(cluster=dealers, record=record("Ana").pk).update(at=earlier)
    dealers.last_count.__class__.objects.update(known_from=earlier - timedelta(days=1))
    day = timezone.localdate(earlier).isoformat()

    page = manager_client.get(
        f"/clusters/Dealers/history/?as_of={day}&compare={timezone.localdate().isoformat()}"
    ).content.decode()

    assert "then 2; 1 stayed" in page
    assert "1 joined" in page


@pytest.mark.parametrize("day", ["2001-01-01", "nonsense", "2999-01-01"])
def test_days_that_nothing_is_known_of_are_refused_with_the_reason(dealers, manager_client, day):
    answer = manager_client.get("/clusters/Dealers/history/", {"as_of": day})

    assert answer.status_code == 422
    assert f'value="{day}"' in answer.content.decode()


def test_since_when_something_is_known_is_written_as_the_reader_does(dealers, manager_client):
    refresh(dealers)
    known_from = timezone.localtime(dealers.last_count.known_from)

    page = manager_client.get("/clusters/Dealers/history/", {"as_of": "2001-01-01"}).content.decode()

    assert f"is known from {date_format(known_from, 'SHORT_DATETIME_FORMAT')} on" in page


def test_when_somebody_joined_a_rule_is_an_interval_unless_it_is_within_a_minute(rich, manager_client, operator):
    saving.update(record("Bia"), {"totalSpent": 5000}, by=operator)
    refresh(rich)
    at = timezone.now().replace(second=30)
    when = [date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") for moment in (at - timedelta(minutes=9), at)]

    MembershipEvent.objects.update(after=at - timedelta(minutes=9), at=at)
    assert f"between {when[0]} and {when[1]}" in feed_of(manager_client)
    MembershipEvent.objects.update(after=at - timedelta(seconds=5))
    assert "between" not in feed_of(manager_client)
    assert when[1] in feed_of(manager_client)


def feed_of(client) -> str:
    return client.get("/clusters/Rich/history/").content.decode().split('id="feed"')[1].split("</table>")[0]


def test_nobody_in_person_did_what_time_did(rich, manager_client):
    MembershipEvent.objects.create(cluster=rich, record=record("Ana").pk, at=timezone.now(), joined=False, cause="time")

    assert '<td data-label="By">–</td>' in feed_of(manager_client)


def test_feed_goes_on_to_the_oldest(dealers, manager_client, monkeypatch):
    monkeypatch.setattr("clusters.history.feed.PAGE_SIZE", 1)

    first = manager_client.get("/clusters/Dealers/history/").content.decode()
    cursor = first.split("?_after=")[1].split("#")[0]
    second = manager_client.get(f"/clusters/Dealers/history/?_after={cursor}").content.decode()

    assert first.count("has joined") == second.count("has joined") == 1
    assert "?_after=" not in second


def test_feed_goes_on_among_those_who_joined_a_rule_at_one_moment(rich, manager_client, operator, monkeypatch):
    monkeypatch.setattr("clusters.history.feed.PAGE_SIZE", 1)
    for name in ("Ana", "Caio"):
        saving.update(record(name), {"totalSpent": 1}, by=operator)
    refresh(rich)

    first = manager_client.get("/clusters/Rich/history/").content.decode()
    cursor = first.split("?_after=")[1].split("#")[0]
    second = manager_client.get(f"/clusters/Rich/history/?_after={cursor}").content.decode()

    assert first.count("has left") == second.count("has left") == 1


def test_an_earlier_rule_is_taken_again(rich, manager_client, operator):
    changing.change_cluster(rich, ClusterChange(rule="totalSpent>2500"), by=operator)
    first = RuleVersion.objects.earliest("id")

    manager_client.post("/clusters/Rich/history/", {"version": first.pk})

    assert membership.rule_text(rich) == "totalSpent>1000"
    assert RuleVersion.objects.count() == 3


def test_editor_may_not_change_the_rule_here(rich, sign_in):
    version = RuleVersion.objects.get()

    assert sign_in(Role.EDITOR).post("/clusters/Rich/history/", {"version": version.pk}).status_code == 403


def test_a_version_of_another_cluster_is_not_found(rich, dealers, manager_client):
    version = RuleVersion.objects.get()

    assert manager_client.post("/clusters/Dealers/history/", {"version": version.pk}).status_code == 404


def test_why_says_since_when_a_rule_lets_somebody_in(rich, operator):
    saving.update(record("Bia"), {"totalSpent": 5000}, by=operator)
    refresh(rich)

    explained = explain_membership(rich, record("Bia"), reader=operator)

    assert explained.since == MembershipEvent.objects.get().at
    assert explained.cause == "value"
    assert explain_membership(rich, record("Ana"), reader=operator).since is None


def test_since_of_who_is_out_of_a_tier_is_when_they_left_it(spenders, operator):
    sp, *_others = creating.create_tiers("state", values=["SP", "RJ"], by=operator)
    saving.update(record("Ana"), {"state": "RJ"}, by=operator)
    left = explain_membership(sp, record("Ana"), reader=operator).since
    saving.update(record("Ana"), {"state": "MG"}, by=operator)

    assert explain_membership(sp, record("Ana"), reader=operator).since == left


def test_members_of_a_rule_are_listed_with_since_and_why(rich, operator, manager_client):
    saving.update(record("Bia"), {"totalSpent": 5000}, by=operator)
    call_command("refresh_clusters")

    assert "another value changed" in manager_client.get("/clusters/Rich/").content.decode()
