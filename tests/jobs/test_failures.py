"""A full disk is told in a sentence, whoever says so; what else went wrong speaks for itself."""

import errno
import sqlite3

import psycopg
import pytest
from django.db import OperationalError

from crm.jobs.failures import describe


def sqlite_says_full() -> sqlite3.OperationalError:
    database = sqlite3.connect(":memory:")
    database.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as raised:
        database.execute("CREATE TABLE filler AS SELECT zeroblob(100000)")
    return raised.value


@pytest.mark.parametrize(
    "error",
    [sqlite_says_full(), psycopg.errors.DiskFull("could not extend file"), OSError(errno.ENOSPC, "No space left on device")],
)
def test_a_full_disk_is_told(error):
    wrapped = OperationalError("as the driver says")
    wrapped.__cause__ = error

    assert describe(error) == describe(wrapped)
    assert describe(error).startswith("The disk is full")


@pytest.mark.parametrize(("error", "said"), [(ValueError("Row 3 is odd."), "Row 3 is odd."), (KeyError(), "KeyError")])
def test_other_errors_speak_for_themselves(error, said):
    assert describe(error) == said
