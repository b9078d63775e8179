"""Scores on pages, in worksheets, rules and the history."""

import pytest

from crm.records.errors import InvalidRecord
from crm.records.querying import fields_of, rule_context
from crm.records.writing import restoring, saving
from crm.rules.explaining import explain
from crm.rules.parsing import parse
from crm.schema.definitions import FieldDefinition


def scored(key: str, points: int = 5) -> dict:
    return {
        "DisplayValue": key,
        "Scores": {key: [{"Point": points, "Date": "2026-01-01T00:00:00Z", "Until": "2999-01-01T00:00:00Z"}]},
    }


@pytest.fixture
def parts(define, admin):
    model = define(code="Varchar 50", tag="Score2")
    for code, value in {"a": scored("Ação"), "b": scored("Shoes"), "c": None}.items():
        saving.create(model, {"code": code}, by=admin, record_id=code)
        model.objects.filter(pk=code).update(tag=value)
    return model


def test_pages_show_what_counts_and_do_not_write_it(parts, browse):
    assert "Ação: 5" in browse.get("/crm/PT/").text
    page = browse.get("/crm/PT/a/").text
    assert "Ação: 5" in page

    browse.post("/crm/PT/a/", {"code": "A", "tag": "{}"})

    assert parts.objects.get(pk="a").tag == scored("Ação")


def test_what_the_system_has_not_filled_takes_no_room_on_the_form(parts, browse):
    assert 'name="tag"' in browse.get("/crm/PT/a/").text
    assert 'name="tag"' not in browse.get("/crm/PT/c/").text
    assert 'name="tag"' not in browse.get("/crm/PT/new/").text


def test_nobody_writes_scores_by_hand(parts, admin):
    with pytest.raises(InvalidRecord, match="read-only"):
        saving.update(parts.objects.get(pk="a"), {"tag": scored("x")}, by=admin)


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("tag=acao", {"a"}), ("tag='Shoes'", {"b"}), ("tag contains ho", {"b"}), ("tag=S*", {"b"}), ("tag in (Shoes, Ação)", {"a", "b"}),
        ("tag is null", {"c"}), ("tag is not null", {"a", "b"}), ("NOT tag=Shoes", {"a", "c"}), ("tag>B", {"b"}),
    ],
)  # fmt: skip
def test_rules_compare_the_key_to_show(parts, browse, rule, found):
    listing = browse.get("/crm/PT/", {"_where": rule}).context["listing"]

    assert {record.pk for record in listing.page.rows} == found
    explained = {
        record.pk for record in parts.objects.all() if explain(parse(rule), record, fields_of(parts), rule_context()).holds
    }
    assert explained == found


def test_lists_are_not_sorted_by_scores(parts, browse):
    assert browse.get("/crm/PT/", {"_sort": "tag ASC"}).status_code == 400


def test_a_deleted_record_comes_back_with_its_scores(parts, admin, browse):
    saving.delete(parts.objects.get(pk="a"), by=admin)
    assert browse.get("/crm/PT/a/history/").status_code == 200

    restoring.restore(parts, "a", by=admin)

    assert parts.objects.get(pk="a").tag == scored("Ação")


def test_rules_reach_scores_of_the_other_record(parts, define, admin, browse):
    link = FieldDefinition("part", "Relationship", options={"entity": "PT", "display": "code"})
    others = define("PX", part=link)
    saving.create(others, {"part": "a"}, by=admin, record_id="x")
    saving.create(others, {"part": "b"}, by=admin)

    listing = browse.get("/crm/PX/", {"_where": "part.tag=Ação"}).context["listing"]

    assert [record.pk for record in listing.page.rows] == ["x"]
