"""The report of incomplete records: what is asked for, how many lack it, and the list of those."""

import pytest

from crm.people.models import Role
from crm.records.layouts import layout_of
from crm.records.lists.incomplete import incomplete_records
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.designs.stored_forms import change_default
from crm.schema.draft import editing
from crm.schema.form_design import FormDesign, PlaceDesign, SectionDesign
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import publishing

TIERS = {"choices": [{"value": "Gold"}, {"value": "Silver"}]}


@pytest.fixture
def parts(define, admin):
    """Two complete parts and one that lacks or breaks everything, since the rules came after it."""
    model = define(
        code=FieldDefinition("code", "Varchar 50", nullable=False),
        price=FieldDefinition("price", "Decimal", options={"minimum": 1, "maximum": 100}),
        tier=FieldDefinition("tier", "Choice", options=TIERS),
        maker="Varchar 50",
        notes=FieldDefinition("notes", "Text", filterable=False),
    )
    change_default(
        DataEntity.objects.get(acronym="PT"), lambda _design: FormDesign((SectionDesign("s1", columns=(PLACES,)),)), what="Asked"
    )
    for code in ("A", "B"):
        saving.create(model, {"code": code, "price": "2", "tier": "Gold", "maker": "Bia", "notes": "x"}, by=admin, record_id=code)
    saving.create(model, {"code": "C"}, by=admin, record_id="c")
    model.objects.filter(pk="c").update(code=None, price=0, tier="Bronze")
    return model


PLACES = (
    PlaceDesign("code"),
    PlaceDesign("price"),
    PlaceDesign("tier"),
    PlaceDesign("maker", required_if="price<1"),
    PlaceDesign("notes", required=True),
)


def report_of(model, actor):
    return incomplete_records(model, layout_of(model.entity, actor=actor), actor=actor)


def test_r55_each_requirement_is_counted(parts, admin):
    report = report_of(parts, admin)

    assert [(gap.requirement.field.name, gap.requirement.words, gap.count) for gap in report.gaps] == [
        ("code", "empty, though the field is required everywhere", 1),
        ("price", "below the smallest value, 1.00", 1),
        ("price", "above the largest value, 100.00", 0),
        ("tier", "none of the options", 1),
        ("maker", "empty, though the form requires it where price<1", 1),
        ("notes", "empty, though the form requires it", 1),
    ]
    assert (report.count, report.total) == (1, 3)


def test_r55_each_number_leads_to_its_list(parts, browse):
    page = browse.get("/crm/incomplete/PT/")
    gaps = page.context["report"].gaps

    found = {
        gap.requirement.field.name: [row.record.pk for row in browse.get(gap.address).context["rows"]]
        for gap in gaps
        if gap.count and gap.address
    }

    assert found == {"code": ["c"], "price": ["c"], "tier": ["c"], "maker": ["c"]}
    assert "1 of 3 records is incomplete." in page.text
    assert 'href="/crm/incomplete/PT/"' in browse.get("/crm/PT/").text


def test_complete_records_are_said_to_be_complete(parts, browse):
    parts.objects.filter(pk="c").delete()

    assert "All 2 records are complete." in browse.get("/crm/incomplete/PT/").text


def test_where_nothing_is_asked_for_the_page_says_so(define, browse):
    define(code="Varchar 50")

    assert "Nothing is asked for" in browse.get("/crm/incomplete/PT/").text


def test_a_requirement_over_a_hidden_field_is_left_out(parts, browse, admin):
    editing.change_field(Field.objects.get(entity__acronym="PT", name="price"), hidden=True)
    publishing.publish(by=admin)

    names = [gap.requirement.field.name for gap in browse.get("/crm/incomplete/PT/").context["report"].gaps]

    assert names == ["code", "tier", "notes"]


@pytest.mark.parametrize("records", [1, 3])
def test_the_number_of_queries_is_constant(parts, sign_in, records, django_assert_num_queries):
    parts.objects.filter(pk__in=["a", "b"][records - 1 :]).delete()
    client = sign_in(Role.READER)
    client.get("/crm/incomplete/PT/")

    with django_assert_num_queries(6):
        client.get("/crm/incomplete/PT/")
