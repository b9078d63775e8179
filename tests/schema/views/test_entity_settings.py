"""Entities as a whole, on pages: made in three languages, counted, renamed, removed with a choice, restored."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.jobs.models import Job
from crm.people.actors import Actor
from crm.records.writing import saving
from crm.schema.draft import editing, new_fields
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish, overview, publishing
from crm.worksheets.models import Worksheet

pytestmark = pytest.mark.django_db
BY = Actor.operator()
NEW = {"acronym": "PT", "label-en": "Parts", "label-pt-br": "Peças", "key": "made"}


@pytest.fixture
def parts(browse):
    browse.post("/schema/new/", NEW)
    draft_and_publish.add_and_publish(
        DataEntity.objects.get(acronym="PT"), new_fields.new_definition("code", "Varchar 50"), by=BY
    )
    for code in "ab":
        saving.create(current.models()["PT"], {"code": code}, by=BY, record_id=code)


def test_an_entity_is_made_with_its_name_in_each_language(browse):
    response = browse.post("/schema/new/", NEW)

    assert response["Location"] == "/schema/PT/"
    assert current.entity("PT").names == {"en": "Parts", "pt-br": "Peças"}
    assert [browse.get(page).status_code for page in ("/schema/PT/", "/crm/PT/", "/schema/PT/forms/default/")] == [200, 200, 200]
    assert 'href="/crm/PT/"' in browse.get("/").text


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"acronym": "CL"}, "exists already"),
        ({"acronym": "pt"}, "two capital letters"),
        ({"acronym": "P1"}, "two capital letters"),
        ({"acronym": ""}, "required"),
        ({"label-en": "", "label-pt-br": " "}, "Give it a name"),
        ({"key": "sequence"}, "valid choice"),
    ],
)
def test_an_entity_that_cannot_be_is_refused(browse, changed, reason):
    response = browse.post("/schema/new/", NEW | changed)

    assert response.status_code == 422
    assert reason in unescape(response.text)
    assert DataEntity.objects.count() == 1 or "PT" not in current.models()


def test_the_list_says_records_fields_publication_and_draft(browse, parts):
    editing.add_field(DataEntity.objects.get(acronym="PT"), new_fields.new_definition("note", "Text"))

    rows = {row.entity.acronym: row for row in browse.get("/schema/").context["rows"]}

    assert (rows["PT"].records, rows["PT"].fields, rows["PT"].waiting) == (2, 2, 1)
    assert rows["PT"].publication == publishing.make_plan().number - 1
    assert (rows["CL"].records, rows["CL"].waiting) == (0, 0)


def test_counts_stop_where_they_would_cost_too_much(parts, monkeypatch):
    monkeypatch.setattr(overview, "COUNTED_TO", 1)

    row = next(row for row in overview.entity_rows() if row.entity.acronym == "PT")

    assert (row.records, row.has_more) == (1, True)


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_asks_a_constant_number_of_questions(browse, count):
    for n in range(count):
        editing.create_entity(f"{chr(65 + n)}Q", "Many")
    publishing.publish(by=BY)
    browse.get("/schema/")

    with CaptureQueriesContext(connection) as asked:
        browse.get("/schema/")

    assert len(asked) == 14


def test_a_name_is_changed_and_published(browse, parts):
    response = browse.post("/schema/PT/settings/", {"label-en": "Spares", "label-es": "Repuestos"})

    assert response.status_code == 302
    assert current.entity("PT").names == {"en": "Spares", "es": "Repuestos"}
    assert "Spares" in browse.get("/crm/PT/").text


def test_r50_the_choice_is_shown_with_the_number_of_records(browse, parts):
    page = unescape(browse.get("/schema/PT/delete/").text)

    assert "It has 2 records." in page
    assert "Keep them: the entity can be restored" in page
    assert "Delete them for good" in page


def test_r50_kept_records_come_back_with_the_entity(browse, parts):
    worksheet = Worksheet.objects.create(entity="PT", name="parts.csv", state="done")
    removed = browse.post("/schema/PT/delete/", {"choice": "keep"}, follow=True)

    assert "its records are kept" in removed.text
    assert [row.records for row in removed.context["removed"]] == [2]
    for page in (
        "/crm/PT/",
        "/schema/PT/",
        "/schema/PT/forms/",
        "/crm/PT/a/",
        "/schema/PT/plan/",
    ):
        assert browse.get(page).status_code == 404, page
    for page in ("/", "/schema/", "/worksheets/", "/jobs/", "/clusters/", "/people/audit/"):
        assert browse.get(page).status_code == 200, page
    assert browse.get(f"/worksheets/{worksheet.number}/").status_code in {200, 404}
    browse.post("/schema/PT/restore/")
    assert 'href="/crm/PT/a/"' in browse.get("/crm/PT/").text


@pytest.mark.parametrize("typed", ["", "1", "3", "two", "-2"])
def test_r50_records_go_only_with_their_number(browse, parts, typed):
    response = browse.post("/schema/PT/delete/", {"choice": "delete", "typed": typed})

    assert response.status_code == 422
    assert "Type 2, which is how many records go." in unescape(response.text)
    assert not Job.objects.filter(kind="delete-entity").exists()


def test_r50_deleting_for_good_is_a_job(browse, parts):
    response = browse.post("/schema/PT/delete/", {"choice": "delete", "typed": "2"}, follow=True)

    assert "is being deleted with its 2 records" in response.text
    assert Job.objects.get(kind="delete-entity").checkpoint == {"acronym": "PT", "records": 2}


def test_a_removed_entity_can_still_be_deleted_for_good(browse, parts):
    browse.post("/schema/PT/delete/", {"choice": "keep"})

    page = unescape(browse.get("/schema/PT/delete/").text)

    assert "Delete them for good" in page
    assert "Keep them" not in page
    assert browse.post("/schema/PT/delete/", {"choice": "keep"}).status_code == 422


def test_what_needs_an_entity_is_named_instead_of_a_choice(browse, parts):
    page = unescape(browse.get("/schema/CL/delete/").text)

    assert "Customers is built in; it stays." in page
    assert not re.search(r'name="choice"', page)
    assert browse.post("/schema/CL/delete/", {"choice": "keep"}).status_code == 422


@pytest.mark.parametrize("address", ["/schema/XX/delete/", "/schema/XX/settings/", "/schema/pt/delete/"])
def test_what_is_not_there_is_not_found(browse, address):
    assert browse.get(address).status_code == 404


def test_restoring_what_was_not_removed_says_so(browse):
    response = browse.post("/schema/XX/restore/", follow=True)

    assert "There is no removed entity XX." in response.text
