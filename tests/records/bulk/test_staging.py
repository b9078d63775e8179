"""What is staged, and what the statements have to know of it."""

from crm.records import bulk


def test_cleared_cells_are_looked_for_once(merge, django_assert_num_queries):
    with_cleared = merge("email firstName", (["ana@example.com", None], ",firstName,"))

    with django_assert_num_queries(1):
        staged = bulk.staged_merge(bulk.staged_merge(with_cleared))

    assert staged.has_cleared


def test_without_cleared_cells_no_statement_looks_for_any(merge):
    assert not bulk.staged_merge(merge("email", ["ana@example.com"])).has_cleared


def test_progress_is_reported_while_rows_are_loaded(customers):
    merge = bulk.Merge(customers, "worksheet_1", ("email",), ("email",))
    bulk.create_staging(merge)
    seen: list[int] = []

    count = bulk.stage(merge, [bulk.pack([[1, 2], ["a@example.com", "b@example.com"], [None, None]])], on_progress=seen.append)

    assert (count, seen[-1], bulk.staged_count(merge)) == (2, 2, 2)
