"""Unique values: once in the worksheet, of no other record, and looked at again when a chunk is written."""

import pytest
from django.db import transaction

from crm.people.actors import Actor
from crm.records import bulk
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition, IndexDefinition
from crm.schema.generated import current
from crm.schema.models import Field
from crm.schema.publishing.publishing import publish


def refused(found: bulk.Difference | bulk.Applied) -> list[tuple[int, str, str]]:
    return [(refusal.row, refusal.column, refusal.value) for refusal in found.refusals]


@pytest.fixture
def seats(define):
    """A row and a seat are unique together."""
    index = IndexDefinition("place", ("row", "seat"), unique=True)
    code = FieldDefinition("code", "Varchar 50", unique=True)
    return define(code=code, row="Varchar 10", seat="Integer", note="Varchar 50", indexes=(index,))


@pytest.fixture
def first_seat(seats, admin):
    return saving.create(seats, {"code": "a1", "row": "A", "seat": "1"}, by=admin)


@pytest.fixture
def apply_one(change_set):
    def applied(merge: bulk.Merge) -> bulk.Applied:
        with transaction.atomic():
            return bulk.apply_chunk(merge, change_set, after_row=0)

    return applied


def test_values_that_are_unique_together_may_stand_once_in_the_worksheet(merge, seats):
    rows = [["x", "A", 1], ["y", "A", 1], ["z", "A", 2], ["w", "A", None], ["v", "A", None]]

    found = bulk.difference(merge("code row seat", *rows, model=seats))

    assert refused(found) == [(2, "row", "A, 1"), (3, "row", "A, 1")]
    assert found.created == 3


def test_values_that_are_unique_together_may_belong_to_no_other_record(merge, seats, first_seat):
    found = bulk.difference(merge("code row seat", ["x", "A", 1], ["y", "A", 2], model=seats))

    assert refused(found) == [(2, "row", "A, 1")]


def test_values_that_are_unique_together_are_completed_by_the_record(merge, seats, first_seat, admin):
    saving.create(seats, {"code": "a2", "row": "A", "seat": "2"}, by=admin)

    found = bulk.difference(merge("code seat", ["a2", 1], model=seats))

    assert refused(found) == [(2, "row", "A, 1")]


def test_a_record_is_no_other_of_itself(merge, seats, first_seat):
    found = bulk.difference(merge("code row seat note", ["a1", "A", 1, "front"], model=seats))

    assert (found.updated, found.refusals) == (1, [])


def test_a_unique_default_goes_to_one_new_record_at_most(merge, define):
    """As an earlier release let it be published."""
    define(**{name: FieldDefinition(name, "Varchar 50", unique=True) for name in ("code", "badge")})
    Field.objects.filter(entity__acronym="PT", name="badge").update(default="x")
    publish(by=Actor.operator())
    model = current.models()["PT"]

    assert bulk.difference(merge("code", ["a"], model=model)).created == 1
    assert refused(bulk.difference(merge("code", ["a"], ["b"], model=model))) == [(2, "badge", "x"), (3, "badge", "x")]


def test_a_value_that_was_taken_since_the_rehearsal_refuses_its_row_alone(merge, customers, admin, apply_one):
    made = merge("email userId", ["eva@example.com", "u1"], ["ivo@example.com", "u2"])
    bulk.difference(made)
    saving.create(customers, {"email": "ana@example.com", "userId": "u1"}, by=admin)

    applied = apply_one(made)

    assert (applied.created, refused(applied)) == (1, [(2, "userId", "u1")])
    assert sorted(customers.objects.values_list("email", flat=True)) == ["ana@example.com", "ivo@example.com"]


def test_a_value_taken_since_is_refused_for_updates_too(merge, customers, admin, apply_one):
    eva = saving.create(customers, {"email": "eva@example.com"}, by=admin)
    made = merge("email userId", ["eva@example.com", "u1"], ["ivo@example.com", "u2"])
    bulk.difference(made)
    saving.create(customers, {"email": "ana@example.com", "userId": "u1"}, by=admin)

    applied = apply_one(made)

    eva.refresh_from_db()
    assert (applied.created, applied.updated, refused(applied), eva.userId) == (1, 0, [(2, "userId", "u1")], None)


def test_values_unique_together_that_were_taken_since_refuse_their_row_alone(merge, seats, admin, apply_one):
    made = merge("code row seat", ["x", "A", 1], ["y", "A", 2], model=seats)
    bulk.difference(made)
    saving.create(seats, {"code": "a1", "row": "A", "seat": "1"}, by=admin)

    applied = apply_one(made)

    assert (applied.created, refused(applied)) == (1, [(2, "row", "A, 1")])


def test_a_record_that_was_deleted_since_the_rehearsal_is_that_rows_error(merge, customers, admin, apply_one):
    eva = saving.create(customers, {"email": "eva@example.com"}, by=admin)
    made = merge("email firstName", ["eva@example.com", "Eva"])
    bulk.difference(made)
    record_id = eva.pk
    saving.delete(eva, by=admin)

    assert refused(apply_one(made)) == [(2, "id", record_id)]
