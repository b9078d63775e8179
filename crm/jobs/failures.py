"""Errors that end jobs, described for people."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from crm.jobs.errors import DatabaseLost
from crm.jobs.outage import causes, is_away

# SQLite's codes carry what exactly failed in their higher bits.
PRIMARY_CODE = 0xFF


def describe(error: BaseException) -> str:
    if is_away(error) and not isinstance(error, DatabaseLost):  # which says more, and comes of such an error
        return _("The database does not answer.")
    if is_full(error):
        return _("The disk is full: there is no room for what was to be written. Nothing is half done; make room, then go on.")
    return str(error) or type(error).__name__


def is_infrastructure_error(error: BaseException) -> bool:
    """Return True if neither the code nor the input is at fault, so that a message without traceback is enough."""
    return is_full(error) or is_away(error) or isinstance(error, DatabaseLost)


@contextmanager
def suppress_disk_full() -> Iterator[None]:
    """For work that stores the error itself, so that its page shows it and the request need not fail."""
    try:
        yield
    except (OSError, DatabaseError) as error:
        if not is_full(error):
            raise


def is_full(error: BaseException) -> bool:
    return any(map(_says_full, causes(error)))


def _says_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    return isinstance(error, psycopg.errors.DiskFull) or (isinstance(error, sqlite3.Error) and _sqlite_says_full(error))


def _sqlite_says_full(error: sqlite3.Error) -> bool:
    """It says so while it writes a page; of its log and its index of that it says that they failed, or could not be opened."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & PRIMARY_CODE
    if code == sqlite3.SQLITE_CANTOPEN:
        return _is_writable_folder(Path(settings.DATABASES["default"]["NAME"]).absolute().parent)
    return code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def _is_writable_folder(folder: Path) -> bool:
    """Return False where a database could not be opened whatever room there is."""
    return folder.is_dir() and os.access(folder, os.W_OK)
