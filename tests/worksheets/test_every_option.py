"""Every row of the reference's table of field options (§1.4), and ours: by form, worksheet and JSON."""

import csv
import html
import io

import pytest

from crm.records.errors import InvalidRecord
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import Field
from crm.schema.publishing import publishing
from crm.schema.transfer import schema_document

LIMITED = {  # a field, and what it refuses
    "nullable": (FieldDefinition("value", "Varchar 50", nullable=False), ""),
    "minimum": (FieldDefinition("value", "Integer", options={"minimum": 1}), "0"),
    "maximum": (FieldDefinition("value", "Decimal", options={"maximum": 2.5}), "2.51"),
    "pattern": (FieldDefinition("value", "Varchar 50", options={"pattern": "[A-Z]+"}), "abc"),
    "unique": (FieldDefinition("value", "Varchar 50", unique=True), "taken"),
    "choices": (FieldDefinition("value", "Choice", options={"choices": [{"value": "Gold"}]}), "Silver"),
    "length": (FieldDefinition("value", "Varchar 10"), "eleven char"),
    "entity": (FieldDefinition("value", "Relationship", options={"entity": "CL", "display": "email"}), "nobody"),
}


@pytest.fixture
def part(define, admin):
    """An entity with the field and a note, and one record, "p"."""

    def made(field: FieldDefinition, held: str):
        model = define(value=field, note="Varchar 50")
        saving.create(model, {"value": held}, by=admin, record_id="p")
        return model

    return made


def reason(write) -> str:
    with pytest.raises(InvalidRecord) as refusal:
        write()
    return refusal.value.errors["value"]


def sheet(**cells: str) -> str:
    target = io.StringIO()
    csv.writer(target).writerows([cells.keys(), cells.values()])
    return target.getvalue()


@pytest.mark.parametrize("option", LIMITED)
def test_what_an_option_refuses_is_refused_by_every_way_in_at_making_and_changing(option, part, admin, browse, import_text):
    field, refused = LIMITED[option]
    fits = {"nullable": "x", "minimum": "1", "maximum": "2.5", "pattern": "ABC", "unique": "taken", "choices": "Gold"}
    model = part(field, fits.get(option, ""))
    record = model.objects.get(pk="p") if option != "unique" else saving.create(model, {"value": "free"}, by=admin, record_id="q")

    said = reason(lambda: saving.create(model, {"value": refused}, by=admin))
    made = browse.post("/crm/PT/new/", {"value": refused, "note": "new"})
    changed = browse.post(f"/crm/PT/{record.pk}/", {"value": refused, "note": "new"})
    sheets = [sheet(id=record.pk, value=refused, note="new"), sheet(id="", value=refused, note="new")]
    came = [import_text(text, entity="PT", empty="clear", empty_key="create") for text in sheets]

    assert reason(lambda: saving.update(record, {"value": refused}, by=admin)) == said
    assert (made.status_code, changed.status_code) == (422, 422)
    assert said in html.unescape(made.text)
    assert said in html.unescape(changed.text)
    in_worksheets = "Another record has this value already." if option == "unique" else said  # found set-wise
    assert [[(column, told) for _row, column, _value, told in one.errors] for one in came] == [[("value", in_worksheets)]] * 2
    assert not model.objects.filter(note="new").exists()


def test_is_searchable_decides_what_a_keyword_finds(define, admin, browse):
    named = {"seen": FieldDefinition("seen", "Varchar 50"), "unseen": FieldDefinition("unseen", "Varchar 50", searchable=False)}
    model = define(**named)
    saving.create(model, {"seen": "one", "unseen": "two"}, by=admin, record_id="p")

    found = [len(browse.get("/crm/PT/", {"_q": word}).context["listing"].page.rows) for word in ("one", "two")]

    assert found == [1, 0]


@pytest.mark.parametrize("asked", [{"value": "x"}, {"_where": "value=x"}])
@pytest.mark.parametrize("filterable", [True, False])
def test_is_filterable_decides_what_a_list_can_be_narrowed_by(define, browse, asked, filterable):
    define(value=FieldDefinition("value", "Varchar 50", filterable=filterable), note="Varchar 50")

    page = browse.get("/crm/PT/", asked)

    assert page.status_code == (200 if filterable else 400)


def test_a_default_is_given_to_new_records_by_every_way_in_and_not_to_those_that_are_there(define, admin, browse, import_text):
    model = define(note="Varchar 50")
    saving.create(model, {"note": "old"}, by=admin)
    editing.add_field(
        Field.objects.get(entity__acronym="PT", name="note").entity, FieldDefinition("value", "Varchar 50", default="usual")
    )
    publishing.publish(by=admin)
    model = current.models()["PT"]

    saving.create(model, {"note": "json"}, by=admin)
    browse.post("/crm/PT/new/", {"note": "form", "value": browse.get("/crm/PT/new/").context["form"]["value"].value()})
    import_text("note\nworksheet\n", entity="PT")

    held = dict(model.objects.values_list("note", "value"))
    assert held == {"old": None, "json": "usual", "form": "usual", "worksheet": "usual"}


def test_a_description_helps_on_the_form(define, browse):
    define(value=FieldDefinition("value", "Varchar 50", description="As printed on the box."))

    assert "As printed on the box." in browse.get("/crm/PT/new/").text


def test_of_another_record_the_field_to_show_is_shown(define, customers, admin, browse):
    saving.create(customers, {"email": "ana@example.com"}, by=admin, record_id="ana")
    model = define(value=FieldDefinition("value", "Relationship", options={"entity": "CL", "display": "email"}))
    saving.create(model, {"value": "ana"}, by=admin)

    assert "ana@example.com" in browse.get("/crm/PT/").text


def test_the_three_flags_without_credentials_are_published_and_told_by_the_schema_file(define):
    flags = {"public_read": True, "public_write": True, "public_filter": True}
    define(value=FieldDefinition("value", "Varchar 50", **flags))

    (entity,) = [entity for entity in schema_document.document()["entities"] if entity["acronym"] == "PT"]

    assert flags.items() <= entity["fields"][0].items()
    field = current.entity("PT").field("value")
    assert (field.public_read, field.public_write, field.public_filter) == (True, True, True)
