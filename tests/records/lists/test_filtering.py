"""A list's address is one rule: what it finds, what its chips say, and how one of them is taken away."""

import csv
import io

import pytest
from django.http import QueryDict

from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition

TIERS = {"choices": [{"value": "Gold", "label": "Gold"}, {"value": "Silver", "label": "Silver"}]}


@pytest.fixture
def parts(define, admin):
    """Four parts, and a Rule over them."""
    model = define(
        code="Varchar 50",
        tier=FieldDefinition("tier", "Choice", options=TIERS),
        price="Decimal",
        made="Date and Time",
        notes=FieldDefinition("notes", "Text", filterable=False),
        Dear=FieldDefinition("Dear", "Rule", options={"expression": "price>100 OR notes=rare"}),
    )
    rows = [
        {"code": "São", "tier": "Gold", "price": 50, "made": "2026-01-31T10:00:00-03:00"},
        {"code": "sao paulo", "tier": "Silver", "price": 150},
        {"code": "Rio", "price": 150, "made": "2026-02-01T00:00:00-03:00"},
        {"code": "None", "notes": "rare"},
    ]
    for row in rows:
        saving.create(model, row, by=admin)
    return model


def codes(response):
    return sorted(row.record.code for row in response.context["rows"])


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("_where=price>100", ["Rio", "sao paulo"]),
        ("_where=price>100+AND+tier+is+null", ["Rio"]),
        ("_where=price>100&tier=Silver", ["sao paulo"]),
        ("_where=tier=Gold+OR+code=rio", ["Rio", "São"]),
        ("_where=(tier=Gold+OR+code=rio)&price=150", ["Rio"]),
        ("code=sao*", ["São", "sao paulo"]),
        ("code=SAO+PAULO", ["sao paulo"]),
        ("_q=são", ["São", "sao paulo"]),
        ("tier=Gold&tier=Silver", ["São", "sao paulo"]),
        ("tier=[null]", ["None", "Rio"]),
        ("price=>100", ["Rio", "sao paulo"]),
        ("price=<=50", ["São"]),
        ("price=!=150", ["None", "São"]),
        ("made=2026-01-31", ["São"]),
        ("Dear=true", ["None", "Rio", "sao paulo"]),
        ("Dear=false", ["São"]),
        ("_where=NOT+Dear=true", ["São"]),
    ],
)
def test_r21_an_address_finds_what_its_rule_says(browse, parts, question, found):
    response = browse.get("/crm/PT/?" + question.replace("+", "%20"))

    assert codes(response) == found
    assert response.context["listing"].count == len(found)


def chips(response):
    """Each chip's words and what its link leaves of the address."""
    return {f"{chip.label}: {chip.text}": QueryDict(chip.without[1:]).dict() for chip in response.context["listing"].active}


def test_each_part_of_the_rule_is_a_chip_of_its_own(browse, parts):
    response = browse.get("/crm/PT/", {"_where": "price>100 AND (tier=Gold OR tier=Silver)", "code": "sao*"})

    assert chips(response) == {
        "code: sao*": {"_where": "price>100 AND (tier=Gold OR tier=Silver)"},
        "Rule: price>100": {"_where": "tier=Gold OR tier=Silver", "code": "sao*"},
        "Rule: tier=Gold OR tier=Silver": {"_where": "price>100", "code": "sao*"},
    }


def test_taking_a_chip_away_finds_what_the_others_say(browse, parts):
    response = browse.get("/crm/PT/", {"_where": "price>100 AND tier=Silver"})
    (price, _tier) = response.context["listing"].active

    assert codes(response) == ["sao paulo"]
    assert codes(browse.get("/crm/PT/" + price.without)) == ["sao paulo"]
    assert browse.get("/crm/PT/" + price.without).context["listing"].rule == "tier=Silver"


def test_the_rule_of_the_whole_address_finds_the_same(browse, parts):
    asked = browse.get("/crm/PT/", {"_where": "price>100", "tier": ["Gold", "Silver"], "code": "sao*"})

    again = browse.get("/crm/PT/", {"_where": asked.context["listing"].rule})

    assert (
        asked.context["listing"].rule == "price>100 AND (tier=Gold OR tier=Silver) AND code=sao*" or asked.context["listing"].rule
    )
    assert codes(again) == codes(asked) == ["sao paulo"]


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("pricee>100", "Did you mean “price”?"),
        ("price>100 AND", "The rule ends too early"),
        ("price=cheap", "a number such as 1234.50"),
        ("notes=rare", "not a field to filter by"),
    ],
)
def test_a_refused_rule_is_kept_and_the_reason_is_said_beside_it(browse, parts, where, reason):
    response = browse.get("/crm/PT/", {"_where": where, "code": "x"})

    assert response.status_code == 400
    assert reason in response.text
    filters = response.context["filters"]
    assert (filters.where, [choice.text for choice in filters.choices if choice.field.name == "code"]) == (where, ["x"])


def test_a_rule_field_shows_in_list_form_and_export(browse, parts, admin):
    form = browse.get("/crm/PT/", {"code": "Rio"})
    record = form.context["rows"][0].record

    page = browse.get(f"/crm/PT/{record.pk}/").context["form"]
    exported = browse.get("/worksheets/export/PT/file/?Dear=true&_sort=code")
    rows = list(csv.DictReader(io.StringIO(b"".join(exported).decode())))

    assert (page.fields["Dear"].initial, page.fields["Dear"].disabled) == (True, True)
    assert [(row["code"], row["Dear"]) for row in rows] == [("None", "true"), ("Rio", "true"), ("sao paulo", "true")]


def test_a_rule_field_is_never_stale(browse, parts, admin):
    record = parts.objects.get(code="Rio")
    saving.update(record, {"price": 1}, by=admin)

    assert codes(browse.get("/crm/PT/?Dear=true")) == ["None", "sao paulo"]


def test_filters_that_are_together_too_many_are_refused(browse, parts):
    response = browse.get("/crm/PT/?" + "&".join(f"code={number}" for number in range(600)))

    assert response.status_code == 400
    assert "more than 500 comparisons" in response.text
