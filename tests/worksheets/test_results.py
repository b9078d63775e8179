"""Counts and rehearsals are typed values, and are read from the JSON of every release."""

from crm.records.bulk.preview import Movement
from crm.worksheets.results import Counts, ImportProgress, Rehearsal

OF_A_FORMER_RELEASE = {
    "rows": 5, "created": 2, "updated": 1, "unchanged": 1, "skipped": 0, "leaving": 0, "errors": 1, "ignored_columns": ["x"], "staged": 4,
}  # fmt: skip


def test_counts_come_back_as_they_were_stored():
    counts = Counts(
        rows=3, created=2, errors=1, staged=2, left_out={"Age": 1}, notes=["A note."], done=ImportProgress(row=2, created=1)
    )

    assert Counts.from_json(counts.to_json()) == counts
    assert "done" not in Counts(rows=3).to_json()


def test_counts_of_a_former_release_are_read():
    counts = Counts.from_json(OF_A_FORMER_RELEASE)

    assert (counts.rows, counts.written, counts.changed, counts.repeated, counts.left_out) == (5, 3, 3, 0, {})


def test_what_was_never_rehearsed_has_no_staged_rows():
    assert (Counts.from_json({}).staged, Rehearsal.from_json({}).change_set) == (None, None)


def test_a_later_release_may_count_more():
    assert Counts.from_json({"rows": 1, "guessed": 7}) == Counts(rows=1)


def test_a_rehearsal_comes_back_as_it_was_stored():
    rehearsal = Rehearsal(
        Counts(rows=2), 7, {"email": 1}, {"Dealers": Movement(2, 1)}, 9, "2026-01-01T00:00:00+00:00", is_settled=True
    )

    assert Rehearsal.from_json(rehearsal.to_json()) == rehearsal


def test_a_rehearsal_of_a_former_release_is_read():
    stored = {
        "counts": OF_A_FORMER_RELEASE,
        "change_set": 7,
        "cells": {"email": 1},
        "movements": {"Dealers": [2, 1]},
        "members": 3,
    }

    rehearsal = Rehearsal.from_json(stored)

    assert (rehearsal.counts.rows, rehearsal.movements, rehearsal.is_settled) == (5, {"Dealers": Movement(2, 1)}, False)
