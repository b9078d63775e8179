"""A field of several options on pages, in rules and in the history."""

import pytest

from crm.records.models import RecordChange
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition

OPTIONS = {"choices": [{"value": "Gold", "label": "Gold member"}, {"value": "Golden"}, {"value": "Ação"}]}


@pytest.fixture
def parts(define):
    return define(code="Varchar 50", tags1=FieldDefinition("tags1", "Choices", options=OPTIONS), name="Varchar 50")


def test_boxes_are_checked_and_unchecked(parts, admin, browse):
    record = saving.create(parts, {"tags1": ["Gold", "Ação"]}, by=admin, record_id="a")

    page = browse.get("/crm/PT/a/").text
    assert page.count("checked") == 2 and "Gold member" in page

    browse.post("/crm/PT/a/", {"_shown": "tags1", "tags1": ["Golden", "Ação"]})
    record.refresh_from_db()
    assert record.tags1 == "\nGolden\nAção\n"

    browse.post("/crm/PT/a/", {"_shown": "tags1"})
    record.refresh_from_db()
    assert record.tags1 is None


def test_an_untouched_group_of_boxes_is_no_change(parts, admin, browse):
    record = saving.create(parts, {"tags1": ["Gold", "Ação"]}, by=admin, record_id="a")
    parts.objects.update(tags1="\nAção\nGold\n")

    browse.post("/crm/PT/a/", {"_shown": "tags1", "tags1": ["Gold", "Ação"], "name": "x"})

    record.refresh_from_db()
    assert (record.tags1, RecordChange.objects.get(kind="u").before) == ("\nAção\nGold\n", {"name": None})


def test_a_retired_option_stays_checked(parts, admin, browse):
    saving.create(parts, {"code": "A"}, by=admin, record_id="a")
    parts.objects.update(tags1="\nBronze\n")

    assert 'value="Bronze"' in browse.get("/crm/PT/a/").text


def test_a_conflict_keeps_what_was_checked(parts, admin, browse):
    record = saving.create(parts, {"tags1": ["Gold"]}, by=admin, record_id="a")
    saving.update(record, {"tags1": ["Ação"]}, by=admin)

    page = browse.post("/crm/PT/a/", {"_shown": "tags1", "tags1": ["Golden"], "crm_version": "1"})

    assert page.status_code == 409
    assert page.context["form"]["tags1"].value() == ["Golden"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("tags1=Gold", {"a"}), ("_where=tags1 contains gold", {"a"}), ("_where=tags1=acao", {"a", "b"}),
        ("_where=tags1 in (Golden, Gold)", {"a", "b"}), ("_where=NOT tags1=Gold", {"b", "c"}), ("_where=tags1 is null", {"c"}),
    ],
)  # fmt: skip
def test_a_filter_asks_for_one_whole_option(parts, admin, browse, asked, found):
    saving.create(parts, {"tags1": ["Gold", "Ação"]}, by=admin, record_id="a")
    saving.create(parts, {"tags1": ["Golden", "Ação"]}, by=admin, record_id="b")
    saving.create(parts, {}, by=admin, record_id="c")

    listing = browse.get(f"/crm/PT/?{asked}").context["listing"]

    assert {record.pk for record in listing.page.rows} == found


def test_the_history_tells_labels(parts, admin, browse):
    record = saving.create(parts, {"tags1": ["Gold"]}, by=admin, record_id="a")
    saving.update(record, {"tags1": ["Golden", "Ação"]}, by=admin)

    page = browse.get("/crm/PT/a/history/").text

    assert "Gold member" in page and "Golden, Ação" in page


@pytest.mark.parametrize("rule", ["tags1>Gold", "tags1=G*"])
def test_rules_refuse_to_order_options(parts, browse, rule):
    answer = browse.get("/crm/PT/", {"_where": rule})

    assert answer.status_code == 400
    assert "tags1" in answer.text
