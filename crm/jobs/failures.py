"""What ended a job, in words of a person."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import DatabaseError
from django.utils.translation import gettext as _

from crm.jobs.errors import DatabaseLost
from crm.jobs.outage import causes, is_away


def describe(error: BaseException) -> str:
    if is_away(error) and not isinstance(error, DatabaseLost):  # which says more, and comes of such an error
        return _("The database does not answer.")
    if is_full(error):
        return _("The disk is full: there is no room for what was to be written. Nothing is half done; make room, then go on.")
    return str(error) or type(error).__name__


def is_infrastructure_error(error: BaseException) -> bool:
    """Whether it is no fault of ours or of who asked, so that a sentence says all."""
    return is_full(error) or is_away(error) or isinstance(error, DatabaseLost)


@contextmanager
def suppress_disk_full() -> Iterator[None]:
    """Around work that notes itself that the disk was full, so that its page says it and no request need fail."""
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
    is_sqlite = isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return is_sqlite or isinstance(error, psycopg.errors.DiskFull)
