"""Keys that may find several records: texts without regard to case, and several fields together."""

import pytest

from crm.records import bulk
from crm.records.writing import saving

SEVERAL = "Several records have this key; add a column to the key that tells them apart."


def counts(difference: bulk.Difference) -> tuple[int, int, int, int]:
    return difference.created, difference.updated, difference.unchanged, difference.skipped


def refused(difference: bulk.Difference) -> list[tuple[int, str, str]]:
    return [(refusal.row, refusal.value, refusal.reason) for refusal in difference.refusals]


@pytest.fixture
def person(customers, admin):
    return lambda **values: saving.create(customers, values, by=admin)


def test_a_text_key_is_found_in_any_case(merge, person):
    person(userId="Ána-7", firstName="Ana")

    assert counts(bulk.difference(merge("userId firstName", ["ÁNA-7", "Ana"]))) == (0, 0, 1, 0)


def test_case_is_not_written_over(merge, apply, person, customers):
    person(userId="u7", firstName="Ana")

    apply(merge("userId firstName", ["U7", "Anna"]))

    assert list(customers.objects.values_list("userId", "firstName")) == [("u7", "Anna")]


def test_the_same_case_goes_before_another(merge, apply, person, customers):
    person(userId="u7", firstName="small")
    person(userId="U7", firstName="large")

    apply(merge("userId firstName", ["U7", "LARGE"], ["u7", "SMALL"]))

    assert list(customers.objects.order_by("userId").values_list("userId", "firstName")) == [("U7", "LARGE"), ("u7", "SMALL")]


def test_a_key_of_several_records_is_refused(merge, person):
    person(userId="ab")
    person(userId="AB")

    assert refused(bulk.difference(merge("userId firstName", ["Ab", "Ana"]))) == [(2, "Ab", SEVERAL)]


def test_in_create_mode_a_key_of_several_records_is_known(merge, person):
    person(userId="ab")
    person(userId="AB")

    found = bulk.difference(merge("userId firstName", ["Ab", "Ana"], mode="create"))

    assert (counts(found), found.refusals) == ((0, 0, 0, 1), [])


def test_rows_that_differ_in_case_mean_one_new_record(merge):
    found = bulk.difference(merge("userId firstName", ["u7", "Ana"], ["U7", "Bea"], duplicates="last"))

    assert counts(found) == (1, 0, 0, 1)


def test_several_fields_find_a_record(merge, apply, person, customers):
    person(firstName="Ana", lastName="Lima", gender="f")
    person(firstName="Ana", lastName="Souza", gender="f")

    apply(merge("firstName lastName gender", ["ANA", "souza", "x"], ["Eva", "Lima", "y"], keys=("firstName", "lastName")))

    found = customers.objects.order_by("firstName", "lastName").values_list("firstName", "lastName", "gender")
    assert list(found) == [("Ana", "Lima", "f"), ("Ana", "Souza", "x"), ("Eva", "Lima", "y")]


def test_several_fields_that_fit_several_records_are_refused(merge, person):
    person(firstName="Ana", lastName="Lima")
    person(firstName="Ana", lastName="Lima")

    found = bulk.difference(merge("firstName lastName gender", ["Ana", "Lima", "x"], keys=("firstName", "lastName")))

    assert (refused(found), counts(found)) == ([(2, "Ana, Lima", SEVERAL)], (0, 0, 0, 0))


def test_a_row_without_all_of_the_key_is_new(merge, person):
    person(firstName="Ana")

    found = bulk.difference(merge("firstName lastName gender", ["Ana", None, "x"], keys=("firstName", "lastName")))

    assert counts(found) == (1, 0, 0, 0)


@pytest.mark.parametrize(("policy", "expected"), [("first", (1, 1, 0, 2)), ("last", (1, 1, 0, 2)), ("refuse", (0, 0, 0, 0))])
def test_rows_with_the_same_several_fields_follow_the_policy(merge, person, policy, expected):
    person(firstName="Ana", lastName="Lima")
    rows = [["Ana", "Lima", "x"], ["ana", "LIMA", "y"], ["Eva", "Lima", "x"], ["EVA", "Lima", "y"]]

    found = bulk.difference(merge("firstName lastName gender", *rows, keys=("firstName", "lastName"), duplicates=policy))

    assert (counts(found), len(found.refusals)) == (expected, 0 if policy != "refuse" else 4)


def test_a_unique_field_of_the_key_is_still_of_one_record(merge, person):
    person(email="ana@example.com", firstName="Ana")

    found = bulk.difference(merge("email firstName", ["ANA@example.com", "Bea"], keys=("email", "firstName")))

    assert refused(found) == [(2, "ANA@example.com", "Another record has this value already.")]


def test_who_came_since_the_rehearsal_is_updated(merge, apply, person, customers, change_set):
    made = merge("userId firstName", ["U7", "Anna"])
    bulk.difference(made)
    person(userId="u7", firstName="Ana")

    applied = bulk.apply_chunk(made, change_set, after_row=0)

    assert (applied.created, applied.updated) == (0, 1)
    assert list(customers.objects.values_list("userId", "firstName")) == [("u7", "Anna")]


def test_several_that_came_since_the_rehearsal_are_refused(merge, person, customers, change_set):
    made = merge("userId firstName", ["Ab", "Ana"])
    bulk.difference(made)
    person(userId="ab")
    person(userId="AB")

    applied = bulk.apply_chunk(made, change_set, after_row=0)

    assert (applied.created, applied.updated, [refusal.reason for refusal in applied.refusals]) == (0, 0, [SEVERAL])
