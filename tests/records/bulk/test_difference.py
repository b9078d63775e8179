"""What a staged worksheet would do, row by row, before anything is written."""

import uuid

import pytest

from crm.records import bulk
from crm.records.bulk import statements
from crm.records.writing import saving


def counts(difference: bulk.Difference) -> tuple[int, int, int, int]:
    return difference.created, difference.updated, difference.unchanged, difference.skipped


def refused(difference: bulk.Difference) -> list[tuple[int, str, str]]:
    return [(refusal.row, refusal.column, refusal.value) for refusal in difference.refusals]


@pytest.fixture
def ana(customers, admin):
    return saving.create(customers, {"email": "ana@example.com", "userId": "u1", "firstName": "Ana"}, by=admin)


@pytest.fixture
def bea(customers, admin):
    return saving.create(customers, {"email": "bea@example.com", "userId": "u2", "firstName": "Bea"}, by=admin)


def test_rows_are_told_apart(merge, ana, bea):
    rows = [["ana@example.com", "Ana"], ["bea@example.com", "Beatriz"], ["eva@example.com", "Eva"]]

    assert counts(bulk.difference(merge("email firstName", *rows))) == (1, 1, 1, 0)


def test_an_email_key_finds_its_record_in_any_case(merge, ana):
    assert counts(bulk.difference(merge("email firstName", ["ANA@example.com", "Ana"]))) == (0, 0, 1, 0)


def test_an_id_finds_its_record(merge, ana):
    rows = [[ana.pk, "Ana"]]

    assert counts(bulk.difference(merge("id firstName", *rows))) == (0, 0, 1, 0)


def test_an_unknown_id_is_refused(merge, ana):
    found = bulk.difference(merge("id firstName", ["nobody", "Ana"], [None, "Eva"]))

    assert refused(found) == [(2, "id", "nobody")]
    assert counts(found) == (1, 0, 0, 0)


def test_create_takes_given_ids_and_skips_known_ones(merge, ana):
    found = bulk.difference(merge("id firstName", ["legacy-7", "Eva"], [ana.pk, "Anna"], mode="create"))

    assert (counts(found), refused(found)) == ((1, 0, 0, 1), [])


def test_update_skips_rows_without_a_record(merge, ana):
    found = bulk.difference(merge("email firstName", ["eva@example.com", "Eva"], ["ana@example.com", "Anna"], mode="update"))

    assert counts(found) == (0, 1, 0, 1)


def test_an_empty_cell_keeps_the_value(merge, ana):
    assert counts(bulk.difference(merge("email firstName", ["ana@example.com", None]))) == (0, 0, 1, 0)


def test_an_empty_cell_clears_when_asked(merge, ana):
    assert counts(bulk.difference(merge("email firstName", ["ana@example.com", None], empty="clear"))) == (0, 1, 0, 0)


def test_a_named_cell_is_cleared(merge, ana):
    rows = [(["ana@example.com", None], ",firstName,")]

    assert counts(bulk.difference(merge("email firstName", *rows))) == (0, 1, 0, 0)


@pytest.mark.parametrize(("policy", "expected"), [("refuse", (0, 0, 0, 0)), ("first", (1, 0, 0, 1)), ("last", (1, 0, 0, 1))])
def test_rows_with_the_same_key_follow_the_policy(merge, policy, expected):
    found = bulk.difference(merge("email firstName", ["eva@example.com", "Eva"], ["EVA@example.com", "Evy"], duplicates=policy))

    assert counts(found) == expected
    assert [refusal.row for refusal in found.refusals] == ([2, 3] if policy == "refuse" else [])


def test_rows_without_a_key_are_no_duplicates(merge):
    assert counts(bulk.difference(merge("email firstName", [None, "Ana"], [None, "Bea"]))) == (2, 0, 0, 0)


def test_a_unique_value_of_another_record_is_refused(merge, ana, bea):
    found = bulk.difference(merge("email userId", ["ana@example.com", "u2"], ["eva@example.com", "u1"]))

    assert refused(found) == [(2, "userId", "u2"), (3, "userId", "u1")]
    assert counts(found) == (0, 0, 0, 0)


def test_a_unique_value_may_stand_once_in_the_worksheet(merge):
    found = bulk.difference(
        merge("email userId", ["eva@example.com", "u7"], ["ivo@example.com", "u7"], ["leo@example.com", "u8"])
    )

    assert refused(found) == [(2, "userId", "u7"), (3, "userId", "u7")]
    assert counts(found) == (1, 0, 0, 0)


def test_emails_repeat_in_any_case_also_when_they_are_not_the_key(merge, ana):
    found = bulk.difference(merge("userId email", ["u9", "ANA@example.com"]))

    assert refused(found) == [(2, "email", "ANA@example.com")]


def test_a_difference_writes_no_record(merge, customers, ana):
    bulk.difference(merge("email firstName", ["eva@example.com", "Eva"], ["ana@example.com", "Anna"]))

    assert list(customers.objects.values_list("firstName", flat=True)) == ["Ana"]


def test_a_dropped_staging_leaves_nothing(merge):
    made = merge("email firstName", ["eva@example.com", "Eva"])
    assert bulk.staged_count(made) == 1

    bulk.drop_staging(made)

    assert bulk.staged_count(made) == 0


def test_new_records_get_ids_of_version_7_in_the_order_of_the_rows(merge):
    rows = [2, 16_383, 16_384, 67_108_863, 67_108_864, 1_900_000_000]
    new = merge("email")
    bulk.create_staging(new)
    bulk.stage(new, [bulk.pack([rows, [f"{row}@example.com" for row in rows], [None] * len(rows)])])

    bulk.difference(new)

    ids = [record for (record,) in statements.rows(f"SELECT record_id FROM {new.outcomes} ORDER BY crm_row")]
    assert [uuid.UUID(record).version for record in ids] == [7] * len(rows)
    assert [uuid.UUID(record).variant for record in ids] == [uuid.RFC_4122] * len(rows)
    assert [str(uuid.UUID(record)) for record in ids] == ids
    assert len(set(ids)) == len(rows)
    assert ids[:4] == sorted(ids[:4]), "the index grows at its end up to 67 million rows"
