"""What a list promises whatever is in it: nothing fails, every row is reached, numbers are exact, writes are seen at once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters.catalogue import creating
from crm.records.writing import saving
from crm.schema.generated import current

MANY = 230
ODD_TEXTS = [
    "*",
    "%",
    "_",
    "'",
    '"',
    "\\",
    "(",
    "ana AND",
    "a*b*c*d*e*f*g*h*i*j",
    "+55 (11) 9",
    "😀",
    "\u202e",
    "x" * 200,
    "a b c d e f g h i j",
]


@pytest.fixture
def many(customers) -> set[str]:
    """Customers of whom every tenth shares a first name; their ids."""
    customers.objects.bulk_create(
        customers(id=f"c{number:04}", firstName=f"Name {number % 10}", email=f"c{number}@example.com") for number in range(MANY)
    )
    return {f"c{number:04}" for number in range(MANY)}


def walked(browse, question: str) -> list[list[str]]:
    """The ids of each page, from the first to the last."""
    pages, address = [], f"/crm/CL/?{question}"
    while True:
        answer = browse.get(address)
        pages.append([row.record.pk for row in answer.context["rows"]])
        if not (following := answer.context["listing"].next_address):
            return pages
        address = f"/crm/CL/{following}"


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_r22_a_search_in_all_fields_never_fails(browse, customers, text):
    assert browse.get("/crm/CL/", {"_q": text}).status_code == 200


def test_r23_a_yes_or_no_filter_offers_both_and_finds_everybody_between_them(browse, customers, admin):
    for approved in (True, False, None):
        saving.create(customers, {"firstName": "Ana", "approved": approved}, by=admin)
    change = browse.get("/crm/CL/?approved=")

    (choice,) = [choice for choice in change.context["filters"].choices if choice.field.name == "approved"]
    found = {value: browse.get(f"/crm/CL/?approved={value}").context["listing"].count for value, _label in choice.options}

    assert found == {"true": 1, "false": 2}  # never unset: what nobody ticked is No


@pytest.mark.parametrize("sort", ["firstName ASC", "firstName DESC", "birthDate ASC", "id DESC"])
def test_r24_r39_pages_reach_every_row_once_whatever_is_equal(browse, many, sort):
    pages = walked(browse, f"_sort={sort}")

    rows = [row for page in pages for row in page]
    assert len(pages) == 5
    assert len(rows) == len(set(rows))
    assert set(rows) == many


def test_r24_a_late_page_skips_no_rows_to_get_there(browse, many):
    address = "/crm/CL/" + browse.get("/crm/CL/?_sort=firstName").context["listing"].next_address

    with CaptureQueriesContext(connection) as asked:
        browse.get(address)

    assert not any("OFFSET" in query["sql"] for query in asked if "record_cl" in query["sql"])


@pytest.mark.parametrize("sort", ["", "firstName ASC", "email DESC"])
@pytest.mark.parametrize(
    ("question", "count"), [("", MANY), ("firstName=Name 3", 23), ("_q=name", MANY), ("_where=email=c7@example.com", 1)]
)
def test_r25_the_total_is_exact_whatever_the_order_and_the_page(browse, many, question, count, sort):
    assert browse.get(f"/crm/CL/?{question}&_sort={sort}").context["listing"].count == count


def test_r33_every_list_search_filter_and_cluster_sees_a_write_at_once(browse, customers, operator, admin):
    creating.create_cluster("Big", rule="firstName=Bea", by=operator)
    ways = {
        "list": lambda: browse.get("/crm/CL/").context["listing"].count,
        "search": lambda: browse.get("/crm/CL/?_q=bea").context["listing"].count,
        "filter": lambda: browse.get("/crm/CL/?firstName=Bea").context["listing"].count,
        "rule": lambda: browse.get("/crm/CL/?_where=firstName=Bea").context["listing"].count,
        "menu": lambda: sum(
            entry["label"] == "Bea" for group in browse.get("/search/found/?q=bea").json()["groups"] for entry in group["entries"]
        ),
        "cluster": lambda: browse.get("/clusters/Big/").context["count"],
    }
    seen = []
    record = saving.create(current.models()["CL"], {"firstName": "Ana"}, by=admin)
    seen.append({way: count() for way, count in ways.items()})
    record = saving.update(record, {"firstName": "Bea"}, by=admin)
    seen.append({way: count() for way, count in ways.items()})
    saving.delete(record, by=admin)
    seen.append({way: count() for way, count in ways.items()})

    assert seen == [dict.fromkeys(ways, 0) | {"list": 1}, dict.fromkeys(ways, 1), dict.fromkeys(ways, 0)]


def test_numbers_and_moments_say_what_they_are_where_rows_are_stacked(browse, define, admin):
    define(code="Varchar 50", price="Decimal", made="Date")
    saving.create(current.models()["PT"], {"code": "A", "price": 5, "made": "2026-01-31"}, by=admin)

    text = browse.get("/crm/PT/").text

    assert re.findall(r'data-label="(\w+)"', text) == ["price", "made"]
