"""What an index cannot hold is not put back, and said so; SQLite has no such limit."""

import pytest
from django.db import connection

from crm.records import undoing
from crm.records.models import Kept, RecordChange
from crm.records.undoing.kept_messages import reasons
from crm.schema.generated import current
from tests.long_texts import chinese
from tests.records.undoing.conftest import counts_of, kept_of

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="a limit of PostgreSQL")

LONG = chinese(1_000)


@pytest.fixture
def run(admin, settings):
    settings.IMPORT_CHUNK_ROWS = 2

    def undone(change_set):
        opened = undoing.open_undo(change_set, by=admin)
        undoing.rehearse(opened)
        return counts_of(undoing.run(opened, by=admin)), opened

    return undone


def held_before_the_index(change_set, **texts: str) -> None:
    """History remembers these texts, by code."""
    ids = dict(current.models()["NT"].objects.values_list("code", "pk"))
    for code, text in texts.items():
        RecordChange.objects.filter(change_set=change_set, record_id=ids[code]).update(before={"text": text})


def test_a_value_that_the_index_cannot_hold_is_kept(notes, write, run, admin):
    write("code text", ["a", "1"], ["b", "1"], ["c", "1"], model=notes)
    change = write("code text", ["a", "2"], ["b", "2"], ["c", "2"], model=notes)
    held_before_the_index(change, a=LONG, c=LONG)

    counts, undo = run(change)

    ids = dict(notes.objects.values_list("code", "pk"))
    assert dict(notes.objects.values_list("code", "text")) == {"a": "2", "b": "1", "c": "2"}
    assert kept_of(undo) == sorted((ids[code], "text", Kept.Reason.TOO_LONG, "") for code in "ac")
    assert counts == {"restored": 1, "kept": 2, "values_restored": 1, "values_kept": 2}
    assert [(reason.text, reason.count) for reason in reasons(undo, reader=admin)] == [("Too long for an index of the field", 2)]
