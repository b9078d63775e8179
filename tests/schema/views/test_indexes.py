"""Pages of indexes and of publications."""

import pytest

from crm.jobs.models import Job
from crm.schema.generated import current
from crm.schema.models import Index, Publication
from crm.schema.publishing.tables import drift

INDEXES = "/schema/CL/indexes/"


def indexes() -> list[tuple]:
    return [(index.name, index.fields, index.unique) for index in current.newest().entity("CL").indexes]


def test_an_index_is_made_and_dropped(browse):
    made = browse.post(INDEXES, {"name": "names", "fields_text": "lastname, firstName"}, follow=True)
    found = indexes()
    dropped = browse.post(f"{INDEXES}names/drop/", follow=True)

    assert "The index names is made." in made.text
    assert found == [("names", ("lastName", "firstName"), False)]
    assert "The index names is dropped." in dropped.text
    assert indexes() == []
    assert drift.drift() == []


def test_r42_saving_an_index_again_without_a_change_is_fine(browse):
    said = {"name": "names", "fields_text": "lastName,firstName", "unique": "on"}
    browse.post(INDEXES, said)
    before = Publication.objects.first().number

    again = browse.post(INDEXES, said, follow=True)

    assert again.status_code == 200
    assert Publication.objects.first().number == before
    assert indexes() == [("names", ("lastName", "firstName"), True)]


def test_a_unique_index_is_refused_with_what_repeats_and_leaves_no_draft(browse, customers):
    records = current.models()["CL"].objects
    for _again in range(2):
        records.create(firstName="Ana", lastName="Lima")

    page = browse.post(INDEXES, {"name": "names", "fields_text": "firstName,lastName", "unique": "on"})

    assert page.status_code == 422
    assert "firstName, lastName of Customers cannot be unique: 1 value repeats: “Ana, Lima” in 2 records." in page.text
    assert not Index.objects.exists()


def test_an_index_on_many_records_is_made_by_a_job(browse, customers, settings):
    settings.ALTER_ONLINE_FROM_ROWS = 2
    for name in ("Ana", "Bea"):
        current.models()["CL"].objects.create(firstName=name)

    page = browse.post(INDEXES, {"name": "names", "fields_text": "firstName", "unique": "on"}, follow=True)

    assert "This takes a while; you may leave this page." in page.text
    assert Job.objects.get(kind="publish").checkpoint["indexes_only"]
    assert indexes() == []


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"name": "a b", "fields_text": "gender"}, "Enter a valid value."),
        ({"name": "by", "fields_text": "nothing"}, "There is no stored field “nothing”."),
        ({"name": "by", "fields_text": "gender, GENDER"}, "A field is listed twice."),
        ({"name": "by", "fields_text": ""}, "This field is required."),
        ({"name": "email", "fields_text": "gender", "unique": "on"}, "The index of the field email has this name already"),
        ({"name": "by", "fields_text": "email", "unique": "on"}, "There is an index over just these fields already."),
    ],
)
def test_what_cannot_be_an_index_is_refused_with_the_reason(browse, said, reason):
    page = browse.post(INDEXES, said)

    assert page.status_code == 422
    assert reason in page.text


def test_publications_are_listed_compared_and_offered_to_go_back_to(browse, add_field, retype):
    number = add_field("points", "Decimal")
    retype("points", "Integer")

    listed = browse.get("/schema/CL/publications/").text
    page = browse.get(f"/schema/CL/publications/{number}/").text
    other_way = browse.get(f"/schema/CL/publications/{number + 1}/?_with={number}").text

    assert "Add the field points (Decimal) to Customers." in listed
    assert "points changes from Decimal to Integer." in page
    assert f'href="/schema/CL/publications/{number}/revert/"' in page
    assert "points changes from Integer to Decimal." in other_way
    assert "revert" not in other_way.split("<main")[1].split("page-actions")[1].split("</div>")[0]


@pytest.mark.parametrize("address", ["publications/99/", "publications/1/?_with=99", "publications/x/"])
def test_publications_that_are_not_there_are_not_found(browse, address):
    assert browse.get(f"/schema/CL/{address}").status_code == 404
