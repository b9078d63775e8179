"""The catalogue: numbers at once, exact ones after them, and what tells clusters apart that nobody needs."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from clusters.catalogue import creating
from clusters.comparing.usage import use_counts, used_by
from clusters.history.refreshing import refresh
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from clusters.membership import problem_of
from clusters.models import Cluster, ClusterCount
from clusters.overview import numbers
from clusters.overview.rows import overview
from crm.records.writing import saving
from crm.schema.generated import current
from crm.worksheets.models import Recipe, Worksheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def rich(spenders, operator):
    return creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)


@pytest.fixture
def many_records(monkeypatch):
    monkeypatch.setattr(numbers, "COUNTED_AT_ONCE", 0)


def row(reader, name: str, *, exact: bool = False):
    return next(row for row in overview("", "", reader=reader, exact=exact).rows if row.cluster.name == name)


def test_few_records_are_counted_exactly_at_once(rich, operator):
    refresh(rich)
    saving.create(current.models()["CL"], {"firstName": "Dora", "totalSpent": 5000}, by=operator)

    shown = overview("", "", reader=operator)
    assert shown.is_exact
    assert row(operator, "Rich").members == 3


def test_of_many_records_the_last_count_is_shown_with_its_moment_and_exact_numbers_follow(
    rich, operator, many_records, manager_client
):
    refresh(rich)
    saving.create(current.models()["CL"], {"firstName": "Dora", "totalSpent": 5000}, by=operator)

    assert (row(operator, "Rich").members, row(operator, "Rich", exact=True).members) == (2, 3)
    assert row(operator, "Rich").number.at == ClusterCount.objects.get(cluster=rich).counted_at
    page = manager_client.get("/clusters/").content.decode()
    assert "the exact numbers follow" in page
    assert 'hx-get="?tab=used&amp;_q=&amp;exact=1" hx-trigger="load"' in page
    assert "hx-trigger" not in manager_client.get("/clusters/?exact=1").content.decode().split('id="catalogue"')[1][:200]


def test_a_cluster_that_was_never_counted_is_counted_now_and_no_other(rich, operator, many_records):
    refresh(rich)
    saving.create(current.models()["CL"], {"firstName": "Dora", "totalSpent": 5000}, by=operator)
    creating.create_cluster("Dealers", by=operator)

    assert (row(operator, "Dealers").members, row(operator, "Rich").members) == (0, 2)
    assert not overview("", "", reader=operator).is_exact


def test_why_a_cluster_could_not_be_counted_is_said_in_the_readers_language(rich, operator, many_records):
    refresh(rich)
    broken(rich)
    with translation.override("pt-BR"):
        refresh(rich)

    stored = ClusterCount.objects.get(cluster=rich).reason
    assert row(operator, "Rich").number.problem == problem_of(rich) != stored


def test_thirty_days_say_how_many_more_there_are(spenders, operator):
    dealers = creating.create_cluster("Dealers", by=operator)
    change_members(dealers, "add", Selection(rule="state=SP"), by=operator)
    refresh(dealers)
    Cluster.objects.update(created_at=timezone.now() - timedelta(days=90))
    ClusterCount.objects.update(known_from=timezone.now() - timedelta(days=90))

    trend = row(operator, "Dealers").trend
    assert trend.change == 2
    assert len(trend.points.split()) == 31
    assert trend.points.split()[0].endswith(",19.0")
    assert trend.points.split()[-1] == "82.0,3.0"


def test_thirty_days_of_a_young_cluster_are_those_of_its_page(spenders, operator, manager_client):
    dealers = creating.create_cluster("Dealers", by=operator)
    change_members(dealers, "add", Selection(rule="state=SP"), by=operator)
    refresh(dealers)
    saving.update(current.models()["CL"].objects.get(firstName="Caio"), {"Dealers": True}, by=operator)

    assert row(operator, "Dealers").trend.change == 3
    assert manager_client.get("/clusters/Dealers/").context["figures"].change == 3


def test_a_clock_that_was_ahead_leaves_the_catalogue_readable(spenders, operator):
    dealers = creating.create_cluster("Dealers", by=operator)
    change_members(dealers, "add", Selection(rule="state=SP"), by=operator)
    refresh(dealers)
    ClusterCount.objects.update(known_from=timezone.now() + timedelta(days=2))

    assert row(operator, "Dealers").trend.change == 2


def test_a_cluster_that_cannot_be_counted_says_why_and_since_when(rich, operator, manager_client):
    refresh(rich)
    broken(rich)
    refresh(rich)

    shown = row(operator, "Rich")
    assert (shown.members, shown.number.members) == (None, 2)
    page = manager_client.get("/clusters/").content.decode()
    assert "Cannot be counted since" in page
    assert shown.number.problem in page
    assert ClusterCount.objects.get(cluster=rich).reason == shown.number.problem != ""


def broken(cluster: Cluster) -> None:
    Cluster.objects.filter(pk=cluster.pk).update(rule="Rich>5")
    cluster.refresh_from_db()


def test_uses_are_counted_as_the_page_lists_them(rich, spenders, operator):
    creating.create_cluster("Dealers", by=operator)
    creating.create_cluster("Rich dealers", rule="Rich=true AND Dealers=true", by=operator)
    creating.create_tiers("state", values=["SP", "RJ"], by=operator)
    Recipe.objects.create(
        entity="CL", fingerprint="1", name="dealers", worksheet=1, choices={"map": {"dealer": "Dealers", "uf": "state"}}
    )
    for _number in range(7):
        Worksheet.objects.create(entity="CL", name="list.csv", state="done", counts={"mapping": {"uf": "state"}})

    clusters = list(Cluster.objects.all())
    assert use_counts(clusters) == {cluster.pk: len(used_by(cluster, reader=operator)) for cluster in clusters}
    assert use_counts(clusters)[rich.pk] >= 1


def test_marks_say_what_is_empty_and_what_nobody_uses(rich, operator, manager_client):
    creating.create_cluster("Dealers", by=operator)

    page = manager_client.get("/clusters/").content.decode()
    assert "empty" in page.split(">Dealers</a>")[1].split("</tr>")[0]


def test_queries_do_not_grow_with_the_clusters(spenders, operator, manager_client, django_assert_max_num_queries):
    manager_client.get("/clusters/")
    for number in range(9):
        creating.create_cluster(f"Group {number}", by=operator)
        with django_assert_max_num_queries(14):
            manager_client.get("/clusters/")
