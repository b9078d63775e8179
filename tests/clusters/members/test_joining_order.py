"""Members are listed by when they joined, the newest or the oldest first."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters.catalogue import creating
from clusters.history.refreshing import refresh
from clusters.members import listing
from clusters.members.listing import members_page
from clusters.models import MembershipEvent
from crm.records.errors import BadQuery
from crm.records.writing import saving
from crm.schema.generated import current

pytestmark = pytest.mark.django_db

NEWEST, OLDEST = listing.BY_JOINING


@pytest.fixture
def rich(spenders, operator):
    """Ana and Caio were in before anything was stored; then Dora, Eva and Bia joined, Eva and Dora at one moment."""
    cluster = creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)
    for name in ("Eva", "Dora"):
        saving.create(spenders, {"firstName": name, "totalSpent": 5000}, by=operator)
    refresh(cluster)
    saving.update(spenders.objects.get(firstName="Bia"), {"totalSpent": 5000}, by=operator)
    refresh(cluster)
    return cluster


def names(ids) -> list[str]:
    people = dict(current.models()["CL"].objects.values_list("pk", "firstName"))
    return [people[pk] for pk in ids]


def walked(cluster, reader, sort: str) -> list[str]:
    """Page after page to the end, and back again, which must give the same."""
    page = members_page(cluster, reader=reader, sort=sort)
    pages = [page]
    while page.after:
        page = members_page(cluster, reader=reader, sort=sort, after=page.after)
        pages.append(page)
    there = [[member.id for member in page.rows] for page in pages]
    back = [there[-1]]
    while page.before:
        page = members_page(cluster, reader=reader, sort=sort, before=page.before)
        back.append([member.id for member in page.rows])
    assert back[::-1] == there
    return names(pk for ids in there for pk in ids)


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_newest_come_first_and_those_of_whom_it_is_unknown_last(rich, operator, monkeypatch, size):
    monkeypatch.setattr(listing, "PAGE_SIZE", size)

    newest = walked(rich, operator, NEWEST)

    assert newest[0] == "Bia"
    assert set(newest[1:3]) == {"Dora", "Eva"}
    assert newest[3:] == ["Caio", "Ana"]
    assert walked(rich, operator, OLDEST) == newest[::-1]


def test_who_left_is_not_listed_and_who_came_back_by_the_last_time(rich, spenders, operator):
    bia, caio = (spenders.objects.get(firstName=name) for name in ("Bia", "Caio"))
    bia = saving.update(bia, {"totalSpent": 1}, by=operator)
    caio = saving.update(caio, {"totalSpent": 1}, by=operator)
    refresh(rich)
    saving.update(caio, {"totalSpent": 5000}, by=operator)

    newest = walked(rich, operator, NEWEST)

    assert newest[0] == "Caio"
    assert "Bia" not in newest


def test_members_by_hand_are_sorted_by_the_change_that_let_them_in(spenders, operator):
    dealers = creating.create_cluster("Dealers", by=operator)
    for name in ("Caio", "Ana", "Bia"):
        saving.update(current.models()["CL"].objects.get(firstName=name), {"Dealers": True}, by=operator)

    page = members_page(dealers, reader=operator, sort=NEWEST)

    assert names(member.id for member in page.rows) == ["Bia", "Ana", "Caio"]
    assert sorted((member.since for member in page.rows), reverse=True) == [member.since for member in page.rows]


def test_among_many_records_those_who_joined_since_the_last_comparison_count_as_unknown(rich, spenders, operator, monkeypatch):
    monkeypatch.setattr(listing, "COUNTED_AT_ONCE", 0)
    saving.create(spenders, {"firstName": "Fabio", "totalSpent": 5000}, by=operator)

    assert walked(rich, operator, NEWEST)[3:] == ["Fabio", "Caio", "Ana"]


@pytest.mark.parametrize("cursor", ["nonsense", "event x", "event 999999999", "record "])
def test_a_damaged_cursor_is_refused(rich, operator, cursor):
    with pytest.raises(BadQuery):
        members_page(rich, reader=operator, sort=NEWEST, after=cursor)


def test_the_page_offers_the_order_and_keeps_it_on_the_next_page(rich, manager_client, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    assert 'href="/clusters/Rich/?_sort=joined%20DESC#members"' in manager_client.get("/clusters/Rich/").text

    page = manager_client.get("/clusters/Rich/", {"_sort": NEWEST}).text

    assert '<th scope="col" aria-sort="descending"><a href="/clusters/Rich/?_sort=joined%20ASC#members">' in page
    assert "/clusters/Rich/?_sort=joined%20DESC&amp;_after=event%20" in page


def test_the_page_takes_the_same_queries_for_any_number(rich, spenders, manager_client, operator):
    def queries() -> int:
        manager_client.get("/clusters/Rich/", {"_sort": NEWEST})
        with CaptureQueriesContext(connection) as captured:
            manager_client.get("/clusters/Rich/", {"_sort": NEWEST})
        return len(captured)

    few = queries()
    for number in range(9):
        saving.create(spenders, {"firstName": f"P{number}", "totalSpent": 5000}, by=operator)

    assert queries() == few


def test_events_that_are_older_than_the_history_leave_their_members_unknown(rich, operator):
    MembershipEvent.objects.filter(at__lt=timezone.now() + timedelta(days=1)).delete()

    assert sorted(walked(rich, operator, NEWEST)) == ["Ana", "Bia", "Caio", "Dora", "Eva"]
