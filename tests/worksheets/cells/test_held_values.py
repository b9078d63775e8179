"""A value that the record holds already is not judged again, whatever became of the options and limits of its field."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.people.actors import Actor
from crm.records.errors import InvalidRecord
from crm.records.writing import saving
from crm.schema.generated import current
from crm.schema.models import Field
from crm.schema.publishing.publishing import publish
from crm.worksheets.importing import preparing, rehearsing

BEER_AND_RUM = {"choices": [{"value": "Beer", "label": "Beer"}, {"value": "Rum", "label": "Rum"}]}


@pytest.fixture
def redefine(people) -> Callable[..., type]:
    def redefined(name: str, **options: Any) -> type:
        Field.objects.filter(entity__acronym="CL", name=name).update(options=options)
        publish(by=Actor.operator())
        return current.models()["CL"]

    return redefined


@pytest.fixture
def drinkers(customer) -> list:
    return [
        customer(email="i3@example.com", interests=["Wine", "Beer"], qty=9),
        customer(email="i6@example.com", interests=["Wine"]),
        customer(email="i9@example.com", interests=["Beer"]),
    ]


def test_an_export_made_before_an_option_was_deleted_changes_nothing(drinkers, redefine, import_text):
    redefine("interests", **BEER_AND_RUM)
    rows = [f"{drinkers[0].pk},i3@example.com,Wine;Beer", f"{drinkers[1].pk},i6@example.com,Wine"]

    by_id = import_text("id,email,interests\n" + "\n".join(rows))
    by_email = import_text("email,interests\ni3@example.com,Wine;Beer\ni6@example.com,Wine\n", key="email")

    assert (by_id.counts, by_email.counts) == ({"rows": 2, "unchanged": 2}, {"rows": 2, "unchanged": 2})


def test_a_deleted_option_is_given_to_nobody(drinkers, redefine, import_text):
    redefine("interests", **BEER_AND_RUM)

    found = import_text("email,interests\ni9@example.com,Wine\nnew@example.com,Wine;Rum\ni6@example.com,Rum\n", key="email")

    assert found.counts == {"rows": 3, "updated": 1, "errors": 2}
    assert found.errors == [
        (2, "interests", "Wine", "“Wine” is not one of Beer, Rum."),
        (3, "interests", "Wine;Rum", "“Wine” is not one of Beer, Rum."),
    ]


def test_a_held_value_stays_where_the_rest_of_the_row_changes(drinkers, redefine, import_text):
    model = redefine("interests", **BEER_AND_RUM)

    found = import_text("email,interests,qty\ni3@example.com,Wine;Beer,10\n", key="email")

    assert found.counts == {"rows": 1, "updated": 1}
    assert model.objects.values_list("interests", "qty").get(email="i3@example.com") == ("\nWine\nBeer\n", 10)


def test_a_value_beyond_a_limit_that_came_later_is_unchanged(drinkers, redefine, import_text):
    redefine("qty", maximum=5)

    found = import_text("email,qty\ni3@example.com,9\ni6@example.com,9\n", key="email")

    assert found.counts == {"rows": 2, "unchanged": 1, "errors": 1}
    assert found.errors[0][:3] == (3, "qty", "9")


def test_what_somebody_changed_since_the_rehearsal_is_not_changed_back(drinkers, redefine, upload, admin):
    model = redefine("interests", **BEER_AND_RUM)
    worksheet = upload("email,interests\ni3@example.com,Wine;Beer\n", key="email")
    rehearsing.rehearse(preparing.prepare(worksheet))
    saving.update(model.objects.get(email="i3@example.com"), {"interests": ["Rum"]}, by=admin)

    counts = rehearsing.compare_again(preparing.prepare(worksheet))

    assert (counts.unchanged, counts.errors) == (0, 1)
    assert worksheet.row_errors.get().reason == "“Wine” is not one of Beer, Rum."


def test_a_row_of_totals_is_skipped_whatever_its_cells_hold(drinkers, redefine, import_text):
    redefine("interests", **BEER_AND_RUM)

    found = import_text("email,interests,qty\ni9@example.com,Beer,10\n,Wine,99\n", key="email")

    assert (found.counts, found.errors) == ({"rows": 2, "updated": 1, "skipped": 1}, [])


@pytest.mark.parametrize(("duplicates", "texts"), [("first", ["Rum", "Wine"]), ("last", ["Wine", "Rum"])])
def test_a_dropped_row_is_not_refused_for_its_deleted_option(drinkers, redefine, import_text, duplicates, texts):
    model = redefine("interests", **BEER_AND_RUM)
    lines = "".join(f"i9@example.com,{text}\n" for text in texts)

    found = import_text(f"email,interests\n{lines}", key="email", duplicates=duplicates)

    assert (found.counts, found.errors) == ({"rows": 2, "updated": 1, "skipped": 1}, [])
    assert model.objects.get(email="i9@example.com").interests == "\nRum\n"


@pytest.mark.parametrize("raw", [["Wine", "Beer"], "Wine;Beer", "\nWine\nBeer\n"])
def test_a_request_that_names_a_held_value_is_no_change(drinkers, redefine, admin, raw):
    model = redefine("interests", **BEER_AND_RUM)

    stored = saving.update(model.objects.get(pk=drinkers[0].pk), {"interests": raw, "qty": 3}, by=admin)

    assert (stored.interests, stored.qty) == ("\nWine\nBeer\n", 3)


def test_a_request_gives_nobody_a_deleted_option(drinkers, redefine, admin):
    model = redefine("interests", **BEER_AND_RUM)

    with pytest.raises(InvalidRecord):
        saving.update(model.objects.get(pk=drinkers[2].pk), {"interests": ["Wine"]}, by=admin)
