"""Unique values that change hands between rows of one worksheet."""

import pytest
from django.db import transaction

from crm.records import bulk
from crm.records.models import RecordChange
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition, IndexDefinition

TWO = "This value occurs in several rows of the worksheet."


@pytest.fixture
def seats(define):
    """A code is unique, and so are row and seat together."""
    index = IndexDefinition("place", ("row", "seat"), unique=True)
    unique = {name: FieldDefinition(name, "Varchar 50", unique=True) for name in ("code", "badge")}
    return define(**unique, row="Varchar 10", seat="Integer", note="Varchar 50", indexes=(index,))


@pytest.fixture
def seat(seats, admin):
    return lambda **values: saving.create(seats, values, by=admin)


def badges(seats) -> dict[str, str]:
    return dict(seats.objects.values_list("code", "badge"))


def test_two_rows_swap_their_values(merge, apply, seats, seat):
    seat(code="a", badge="1")
    seat(code="b", badge="2")

    applied = apply(merge("code badge", ["a", "2"], ["b", "1"], model=seats))

    assert badges(seats) == {"a": "2", "b": "1"}
    assert (applied[0].updated, applied[0].refusals) == (2, ())
    assert list(RecordChange.objects.filter(kind="u").order_by("row").values_list("row", "before")) == [
        (2, {"badge": "1"}), (3, {"badge": "2"}),
    ]  # fmt: skip
    assert set(seats.objects.values_list("crm_version", flat=True)) == {2}


def test_values_move_along_a_row_across_chunks(merge, apply, seats, seat):
    for number in range(9):
        seat(code=f"c{number}", badge=str(number))
    seat(code="other", badge="x")

    apply(
        merge("code badge note", *([f"c{number}", str(number + 1), "n"] for number in range(9)), ["other", "y", "n"], model=seats)
    )

    assert badges(seats) == {f"c{number}": str(number + 1) for number in range(9)} | {"other": "y"}
    assert RecordChange.objects.filter(kind="u").count() == 10


def test_a_new_record_takes_what_another_row_gives_up(merge, apply, seats, seat):
    seat(code="a", badge="1")

    applied = apply(merge("code badge", ["new", "1"], ["a", "2"], model=seats, mode="upsert"))

    assert badges(seats) == {"new": "1", "a": "2"}
    assert (sum(chunk.created for chunk in applied), sum(chunk.updated for chunk in applied)) == (1, 1)


def test_a_cleared_value_is_given_up(merge, apply, seats, seat):
    seat(code="a", badge="1")
    seat(code="b", badge="2")

    apply(merge("code badge", (["a", None], ",badge,"), ["b", "1"], model=seats))

    assert badges(seats) == {"a": None, "b": "1"}


def test_values_that_are_unique_together_are_swapped(merge, apply, seats, seat):
    seat(code="a", row="A", seat="1")
    seat(code="b", row="A", seat="2")

    apply(merge("code seat", ["a", 2], ["b", 1], model=seats))

    assert dict(seats.objects.values_list("code", "seat")) == {"a": 2, "b": 1}


def test_who_waits_for_a_value_that_is_not_given_up_is_refused(merge, apply, seats, seat):
    for number in range(3):
        seat(code=f"c{number}", badge=str(number))
    seat(code="other", badge="x")

    found = bulk.difference(merge("code badge", ["c0", "1"], ["c1", "2"], ["c2", "x"], model=seats))

    assert [(refusal.row, refusal.value) for refusal in found.refusals] == [(2, "1"), (3, "2"), (4, "x")]
    assert found.updated == 0


def test_a_refused_row_gives_nothing_up(merge, seats, seat):
    seat(code="a", badge="1")
    seat(code="b", badge="2")

    found = bulk.difference(merge("code badge", ["a", "3"], ["c", "3"], ["b", "1"], model=seats))

    assert [(refusal.row, refusal.reason == TWO) for refusal in found.refusals] == [(2, True), (3, True), (4, False)]


def test_what_somebody_took_meanwhile_is_refused_with_all_that_waits_for_it(merge, change_set, seats, seat):
    for code, badge in (("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")):
        seat(code=code, badge=badge)
    rows = (["a", "2", "n"], ["b", "9", "n"], ["c", "4", "n"], ["d", "3", "n"])
    made = merge("code badge note", *rows, model=seats)
    bulk.difference(made)
    seat(code="new", badge="9")

    with transaction.atomic():
        applied = bulk.apply_chunk(made, change_set, after_row=0)

    assert badges(seats) == {"a": "1", "b": "2", "c": "4", "d": "3", "new": "9"}
    assert [(refusal.row, refusal.value) for refusal in applied.refusals] == [(2, "2"), (3, "9")]
