"""The rehearsal in detail: each changed cell, rows by outcome, who joins and leaves."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Q

from crm.records import bulk
from crm.records.bulk import preview
from crm.records.bulk.merge import CREATED
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition


@pytest.fixture
def people(customers, admin):
    ana = {
        "email": "ana@example.com",
        "firstName": "Ana",
        "isCorporate": True,
        "rclastcartvalue": "5.00",
        "birthDate": "1990-01-02",
    }
    bea = {"email": "bea@example.com", "firstName": "Bea", "isCorporate": False}
    return [saving.create(customers, values, by=admin) for values in (ana, bea)]


@pytest.fixture
def compared(merge):
    """Three rows: Ana changes in three cells, Bea in one, Eva is new."""
    return merge(
        "email firstName isCorporate rclastcartvalue birthDate",
        ["ana@example.com", "Anna", False, Decimal("7.50"), date(1990, 1, 2)],
        ["bea@example.com", "Bea", True, None, date(1990, 5, 6)],
        ["eva@example.com", "Eva", True, None, None],
    )


def changes(rows: list[preview.RowChange]) -> list[tuple]:
    return [(row.row, row.record.email, [(cell.field, cell.before, cell.after) for cell in row.cells]) for row in rows]


def test_every_changed_cell_is_shown_old_and_new(people, compared):
    bulk.difference(compared)

    assert changes(preview.changed_rows(compared)) == [
        (2, "ana@example.com", [
            ("firstName", "Ana", "Anna"), ("isCorporate", True, False), ("rclastcartvalue", Decimal("5.00"), Decimal("7.50")),
        ]),
        (3, "bea@example.com", [("isCorporate", False, True), ("birthDate", None, date(1990, 5, 6))]),
    ]  # fmt: skip


def test_changed_cells_come_by_page_and_by_field(people, compared):
    bulk.difference(compared)

    first = preview.changed_rows(compared, limit=1)
    second = preview.changed_rows(compared, after=first[0].place, limit=1)
    of_field = preview.changed_rows(compared, field="rclastcartvalue")

    assert [rows[0].record.email for rows in (first, second)] == ["ana@example.com", "bea@example.com"]
    assert changes(of_field) == [(2, "ana@example.com", [("rclastcartvalue", Decimal("5.00"), Decimal("7.50"))])]


def test_cells_are_counted_by_field(people, compared):
    bulk.difference(compared)

    assert preview.cell_counts(compared) == {"birthDate": 1, "firstName": 1, "isCorporate": 2, "rclastcartvalue": 1}


def test_rows_are_listed_by_outcome(people, compared):
    bulk.difference(compared)

    rows = preview.staged_rows(compared, CREATED)

    assert [(row.row, row.values["email"], row.values["isCorporate"]) for row in rows] == [(4, "eva@example.com", True)]


def test_joins_and_leaves_are_counted_by_condition(people, compared):
    bulk.difference(compared)
    groups = {"corporate": Q(isCorporate=True), "rich": Q(rclastcartvalue__gt=6), "born in May": Q(birthDateMonth=5)}

    assert preview.movements(compared, groups) == {
        "corporate": preview.Movement(2, 1), "rich": preview.Movement(1, 0), "born in May": preview.Movement(1, 0),
    }  # fmt: skip


def test_who_leaves_stands_in_no_row(people, merge):
    made = merge("email isCorporate", ["bea@example.com", True], replace="isCorporate")
    bulk.difference(made)

    assert changes(preview.changed_rows(made)) == [
        (2, "bea@example.com", [("isCorporate", False, True)]),
        (None, "ana@example.com", [("isCorporate", True, False)]),
    ]
    assert preview.movements(made, {"corporate": Q(isCorporate=True)}) == {"corporate": preview.Movement(1, 1)}


def test_cleared_values_are_shown(people, merge):
    made = merge("email firstName", (["ana@example.com", None], ",firstName,"))
    bulk.difference(made)

    assert changes(preview.changed_rows(made)) == [(2, "ana@example.com", [("firstName", "Ana", None)])]


def test_default_of_a_new_record_counts(define, merge):
    model = define(
        "PT", code=FieldDefinition("code", "Varchar 50", unique=True), on=FieldDefinition("on", "Boolean", default=True)
    )
    made = merge("code", ["a"], ["b"], model=model)
    bulk.difference(made)

    assert preview.movements(made, {"on": Q(on=True)}) == {"on": preview.Movement(2, 0)}
