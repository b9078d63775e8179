"""A row whose value an index cannot hold is refused by itself; SQLite has no such limit."""

import pytest
from django.db import connection, transaction

from crm.records import bulk
from crm.schema.definitions import IndexDefinition
from tests.conftest import publish_index
from tests.long_texts import chinese, rare

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="a limit of PostgreSQL")


@pytest.fixture
def applied(merge, change_set, notes):
    def apply(columns: str, *rows: list, model=notes) -> bulk.Applied:
        staged = merge(columns, *rows, model=model)
        bulk.difference(staged)
        with transaction.atomic():
            return bulk.apply_chunk(staged, change_set, after_row=0)

    return apply


def refused(found: bulk.Applied) -> list[tuple[int, str, str, str]]:
    return sorted((refusal.row, refusal.column, refusal.value, refusal.reason) for refusal in found.refusals)


def test_rows_that_do_not_fit_are_refused_and_the_others_written(applied, notes):
    texts = {"a": "short", "b": chinese(1_000), "c": rare(20_000), "d": chinese(800)}

    found = applied("code text", *map(list, texts.items()))

    reason = "The text is too long for an index over this field, which holds 2,572 bytes."
    assert refused(found) == [(3, "text", texts["b"][:50], reason), (4, "text", texts["c"][:50], reason)]
    assert dict(notes.objects.values_list("code", "text")) == {"a": "short", "d": texts["d"]}


def test_changed_rows_are_refused_likewise(applied, notes):
    applied("code text", ["a", "old"], ["b", "old"])

    found = applied("code text", ["a", chinese(1_000)], ["b", "new"])

    assert (found.updated, [refusal.row for refusal in found.refusals]) == (1, [2])
    assert dict(notes.objects.values_list("code", "text")) == {"a": "old", "b": "new"}


def test_a_row_is_refused_for_what_it_adds_to_the_fields_of_its_record(applied, notes):
    notes = publish_index("NT", IndexDefinition("both", ("other", "text")))
    applied("code other", ["a", chinese(800)], model=notes)

    found = applied("code text", ["a", chinese(100)], ["b", "y"], model=notes)

    assert [(refusal.row, refusal.column) for refusal in found.refusals] == [(2, "text")]
    assert notes.objects.filter(text="y").exists()
