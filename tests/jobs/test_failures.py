"""A full disk is told in a sentence, whoever says so; what else went wrong speaks for itself."""

import errno
import sqlite3

import psycopg
import pytest
from django.db import OperationalError

from crm.jobs.failures import describe, is_full


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


@pytest.mark.parametrize(
    "code",
    [
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_CANTOPEN,
    ],
)
def test_a_full_disk_has_many_codes_on_sqlite(code, monkeypatch, settings, tmp_path):
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(tmp_path / "crm.sqlite3"))

    assert is_full(coded(code))


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_READONLY])
def test_what_waiting_for_room_would_not_mend_is_no_full_disk(code):
    assert not is_full(coded(code))


def test_a_database_whose_folder_is_not_there_is_no_full_disk(monkeypatch, settings, tmp_path):
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(tmp_path / "nowhere" / "crm.sqlite3"))

    assert not is_full(coded(sqlite3.SQLITE_CANTOPEN))


def coded(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(("error", "said"), [(ValueError("Row 3 is odd."), "Row 3 is odd."), (KeyError(), "KeyError")])
def test_other_errors_speak_for_themselves(error, said):
    assert describe(error) == said
