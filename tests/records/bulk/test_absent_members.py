"""Exactly this list: who has the Boolean and is not in the worksheet loses it, and nothing else."""

import pytest

from crm.records import bulk
from crm.records.models import RecordChange
from crm.records.writing import saving


@pytest.fixture
def member(customers, admin):
    return lambda name, **values: saving.create(
        customers, {"email": f"{name}@example.com", "firstName": name, "isCorporate": True, **values}, by=admin
    )


def members(customers) -> list[str]:
    return sorted(customers.objects.filter(isCorporate=True).values_list("firstName", flat=True))


def rows(*names: str) -> list[list]:
    return [[f"{name}@example.com", True] for name in names]


def test_who_is_not_in_the_worksheet_leaves(merge, apply, member, customers):
    for name in ("ana", "bea", "eva"):
        member(name)
    member("ivo", isCorporate=False)

    made = merge("email isCorporate", *rows("ana", "ivo"), replace="isCorporate")
    found = bulk.difference(made)
    applied = apply(made, size=1)

    assert (found.updated, found.unchanged, found.leaving) == (1, 1, 2)
    assert [(chunk.updated, chunk.left) for chunk in applied] == [(1, 0), (0, 1), (0, 1), (0, 0)]
    assert members(customers) == ["ana", "ivo"]


def test_leaving_is_history_without_a_row(merge, apply, member):
    bea = member("bea")

    apply(merge("email isCorporate", *rows("ana"), replace="isCorporate"))

    change = RecordChange.objects.get(record_id=bea.pk, kind="u")
    assert (change.before, change.row) == ({"isCorporate": True}, None)


def test_who_leaves_keeps_the_rest_also_when_empty_clears(merge, apply, member, customers):
    member("bea", lastName="Lima", birthDate="1990-05-06")

    row = ["ana@example.com", True, None, None, None]
    apply(merge("email isCorporate firstName lastName birthDate", row, replace="isCorporate", empty="clear"))

    bea = customers.objects.get(email="bea@example.com")
    assert (bea.isCorporate, bea.firstName, bea.lastName, bea.birthDateMonth) == (False, "bea", "Lima", 5)


def test_a_row_whose_cells_were_refused_keeps_its_member(merge, apply, member, customers):
    member("ana")
    member("bea")

    row = (["ana@example.com", True, None], None, True)
    made = merge("email isCorporate birthDate", row, replace="isCorporate", mode="update")
    found = bulk.difference(made)
    apply(made)

    assert (found.updated, found.unchanged, found.refusals, found.leaving) == (0, 0, [], 1)
    assert members(customers) == ["ana"]


def test_a_refused_twin_refuses_no_good_row(merge, member):
    member("ana")
    rows = [(["ana@example.com", True], None, True), ["ana@example.com", True]]

    assert bulk.difference(merge("email isCorporate", *rows, replace="isCorporate")).refusals == []


def test_a_row_that_is_refused_keeps_its_member(merge, apply, member, customers):
    member("ana")

    found = bulk.difference(merge("email isCorporate", *rows("ana", "ana"), replace="isCorporate"))

    assert (len(found.refusals), found.leaving) == (2, 0)


def test_comparing_again_counts_the_same(merge, member):
    member("bea")
    made = merge("email isCorporate", *rows("ana"), replace="isCorporate")

    first, second = bulk.difference(made), bulk.difference(made)

    assert (first, first.leaving, bulk.staged_count(made)) == (second, 1, 1)
    assert bulk.members(made) == 1


def test_nobody_leaves_twice(merge, apply, member, customers, admin):
    bea = member("bea")
    made = merge("email isCorporate", *rows("ana"), replace="isCorporate")
    bulk.difference(made)
    saving.update(bea, {"isCorporate": False}, by=admin)

    applied = apply(made)

    assert sum(chunk.left for chunk in applied) == 0
