"""Which rows are written in one transaction."""

import pytest

from crm.records import bulk
from crm.records.bulk.batches import next_chunk, swap_batch
from crm.records.bulk.merge import ABSENT_ROWS
from crm.records.bulk.statements import rows
from crm.records.writing import saving


@pytest.fixture
def chunks():
    """The last rows of the chunks of a merge."""

    def read(merge: bulk.Merge, size: int) -> list[int]:
        bulk.difference(merge)
        found, after = [], 0
        while chunk := next_chunk(merge, after, size):
            after = chunk.last
            found.append(after)
        return found

    return read


def test_a_chunk_counts_only_the_rows_that_change_something(merge, chunks, customers, admin):
    saving.create(customers, {"email": "b@example.com", "firstName": "B"}, by=admin)
    lines = [[f"{letter}@example.com", letter.upper()] for letter in "abcd"]

    assert chunks(merge("email firstName", *lines), 2) == [4, 5]


def test_rows_and_absent_members_are_never_in_one_chunk(merge, chunks, customers, admin):
    for letter in "abc":
        saving.create(customers, {"email": f"{letter}@example.com", "approved": letter != "a"}, by=admin)

    found = chunks(merge("email approved", ["a@example.com", True], replace="approved"), 5)

    assert found == [2, ABSENT_ROWS + 2]


def test_rows_that_exchange_values_are_one_batch_wherever_they_stand(merge, customers, admin):
    for letter, user in {"a": "1", "b": "2", "c": "3"}.items():
        saving.create(customers, {"email": f"{letter}@example.com", "userId": user}, by=admin)
    found = merge("email userId", ["a@example.com", "2"], ["c@example.com", "4"], ["b@example.com", "1"])
    bulk.difference(found)

    batch = swap_batch(found)

    assert batch.swaps_values
    assert sorted(rows(f"SELECT o.crm_row FROM {found.outcomes} o WHERE {batch.outcomes}")) == [(2,), (4,)]
