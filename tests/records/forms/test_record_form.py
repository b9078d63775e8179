"""Nothing that an administrator can configure makes a record page fail."""

from dataclasses import replace

import pytest

from crm.people.actors import Actor
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.schema.models import Form, Publication
from crm.schema.publishing.publishing import publish, published_snapshot

PAGES = ("/crm/PT/", "/crm/PT/new/", "/crm/PT/a/", "/crm/PT/a/history/")


def statuses(browse):
    return [browse.get(page).status_code for page in PAGES]


@pytest.mark.parametrize(
    "said",
    [
        {"sort": "nothing ASC"},
        {"sort": "code SIDEWAYS"},
        {},
        {"list_columns": [{"field": "nothing", "width": 80}], "filters": ["nothing"]},
        {"list_columns": [{"field": "isBig"}], "filters": ["isBig", "note"], "sort": "isBig ASC"},
        {"sections": [{"key": "s1", "columns": [[{"field": "nothing", "of a later release": 1}], []]}]},
    ],
)
def test_whatever_the_form_says_pages_answer(browse, define, admin, said):
    parts = define(code="Varchar 50", note="Text", isBig=FieldDefinition("isBig", "Rule", options={"expression": "code=A"}))
    Form.objects.filter(entity__acronym="PT").update(design=said)
    saving.create(parts, {"code": "A"}, by=admin, record_id="a")

    assert statuses(browse) == [200] * 4


def test_an_entity_without_a_form_has_pages(browse, define, admin):
    saving.create(define(code="Varchar 50"), {"code": "A"}, by=admin, record_id="a")
    Form.objects.all().delete()

    assert statuses(browse) == [200] * 4


def test_a_hidden_field_is_neither_shown_nor_asked_for(browse, define, admin):
    parts = define(code="Varchar 50", fax=FieldDefinition("fax", "Varchar 50", nullable=False))
    saving.create(parts, {"code": "A", "fax": "1"}, by=admin, record_id="a")
    entity = published_snapshot().entities["PT"]
    hidden = replace(entity, fields=tuple(replace(field, hidden=field.name == "fax") for field in entity.fields))

    publish(lambda published: published.with_entity(hidden), by=Actor.operator())
    saving.update(current.models()["PT"].objects.get(), {"code": "B"}, by=admin)

    assert statuses(browse) == [200] * 4
    assert "fax" not in browse.get("/crm/PT/a/").text


def test_a_type_of_a_later_release_is_shown_as_text_and_not_written(browse, define, admin):
    parts = define(code="Varchar 50", fax="Varchar 50")
    saving.create(parts, {"code": "A", "fax": "1"}, by=admin, record_id="a")
    retype("fax", "Hologram")

    browse.post("/crm/PT/a/", {"code": "B", "fax": "2"})

    record = current.models()["PT"].objects.get()
    assert (record.code, record.fax) == ("B", "1")
    assert statuses(browse) == [200] * 4


def retype(name: str, kind: str) -> None:
    publication = Publication.objects.first()
    fields = (field for entity in publication.snapshot["entities"] for field in entity["fields"])
    next(field for field in fields if field["name"] == name)["type"] = kind
    publication.digest = kind
    publication.save()


def test_what_an_administrator_writes_is_shown_as_text(browse, define, admin):
    saving.create(define(code=FieldDefinition("code", "Varchar 50", description="<b>bold</b>")), {}, by=admin, record_id="a")

    page = browse.get("/crm/PT/a/").text

    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "<b>bold</b>" not in page
