"""What uses a cluster."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from clusters.catalogue import creating
from clusters.comparing.usage import used_by
from crm.worksheets.models import Recipe, Worksheet

pytestmark = pytest.mark.django_db


def test_rules_that_ask_for_it_are_named(spenders, operator):
    dealers = creating.create_cluster("Dealers", by=operator)
    creating.create_cluster("Rich dealers", rule="Dealers=true AND totalSpent>1000", by=operator)

    assert ("Rich dealers", "its rule asks for it") in [(use.label, use.how) for use in used_by(dealers, reader=operator)]


@pytest.fixture
def filled(spenders, operator, manager):
    """Dealers, by a recipe and by two of three imports."""
    cluster = creating.create_cluster("Dealers", by=operator)
    worksheets = [
        Worksheet.objects.create(
            entity="CL", name="list.csv", state=state, finished_at=timezone.now(), created_by=manager.user, **read
        )
        for state, read in [
            ("done", {"counts": {"mapping": {"Revenda": "Dealers", "Obs": None}}}),
            ("partly", {"cluster": "Dealers", "choices": {"set": {"Dealers": "true"}}}),
            ("done", {"counts": {"mapping": {"Nome": "firstName+lastName"}}}),
        ]
    ]
    Recipe.objects.create(
        entity="CL", fingerprint="1", name="nightly", worksheet=worksheets[0].number, created_by=manager.user,
        choices={"map": {"Obs": None, "Revenda": "Dealers"}},
    )  # fmt: skip
    return cluster, worksheets


def uses(cluster, reader) -> list[tuple[str, str, str, str]]:
    return [(use.kind, use.label, use.url, use.how) for use in used_by(cluster, reader=reader) if use.kind != "Form"]


def test_recipes_and_imports_that_fill_it_are_named(filled, operator):
    cluster, (first, second, _other) = filled
    day = date_format(timezone.localtime(), "SHORT_DATE_FORMAT")

    assert uses(cluster, operator) == [
        ("Recipe", "nightly", first.get_absolute_url(), "fills it from the column “Revenda”"),
        ("Imported worksheet", f"#{second.number} list.csv", second.get_absolute_url(), f"filled it on {day}"),
        ("Imported worksheet", f"#{first.number} list.csv", first.get_absolute_url(), f"filled it on {day}"),
    ]


def test_worksheets_that_somebody_may_not_open_are_numbers_without_an_address(filled, reader):
    cluster, (first, second, _other) = filled

    found = uses(cluster, reader)
    assert [(label, url) for _kind, label, url, _how in found] == [
        (f"#{first.number}", ""),
        (f"#{second.number}", ""),
        (f"#{first.number}", ""),
    ]


def test_a_recipe_whose_worksheet_is_gone_has_no_address(filled, operator):
    cluster, (first, *_others) = filled
    first.delete()

    assert uses(cluster, operator)[0][2] == ""


def test_page_takes_the_same_queries_for_any_number_of_them(filled, manager_client, django_assert_num_queries):
    with CaptureQueriesContext(connection) as few:
        manager_client.get("/clusters/Dealers/used-by/")
    for _number in range(4):
        Worksheet.objects.create(entity="CL", name="list.csv", state="done", cluster="Dealers")

    with django_assert_num_queries(len(few)):
        manager_client.get("/clusters/Dealers/used-by/")


def test_page_says_that_nothing_uses_a_tier(spenders, operator, manager_client):
    creating.create_tiers("state", values=["SP"], by=operator)
    creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)

    page = manager_client.get("/clusters/SP/used-by/").content.decode()
    assert "Rich" not in page


def test_page_of_an_unknown_cluster_is_not_found(db, manager_client):
    assert manager_client.get("/clusters/Nothing/used-by/").status_code == 404
