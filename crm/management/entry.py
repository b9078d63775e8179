"""What every command shares before it is chosen: refusals in one line, and an end without words when nobody reads on."""

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

MIGRATE_FIRST = "The tables of this database are missing or older than the program: run `python manage.py migrate` first."


def main(argv: list[str]) -> None:
    with _end_quietly_when_nobody_reads():
        try:
            execute_from_command_line(argv)
        except ImproperlyConfigured as error:
            sys.exit(f"Error: {error}")
        except Exception as error:
            if not _wants_migrating(error):
                raise
            sys.exit(MIGRATE_FIRST)


def _wants_migrating(error: Exception) -> bool:
    """Return True if a table is missing that a migration would make."""
    from crm.health import is_missing_table, pending_migrations  # noqa: PLC0415  # settings may be what failed

    return is_missing_table(error) and bool(pending_migrations())


@contextmanager
def _end_quietly_when_nobody_reads() -> Iterator[None]:
    """`… | head -1` closes the pipe while we still write; that is no failure, and nothing is left to be written at the end."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        streams = [stream for stream in (sys.stdout, sys.stderr) if _is_closed(stream)]
        if not streams:
            raise
        for stream in streams:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        sys.exit(1)


def _is_closed(stream: TextIO) -> bool:
    """Return True if the other end of the pipe is."""
    watched = select.poll()
    watched.register(stream, select.POLLOUT)
    return any(event & select.POLLERR for _file, event in watched.poll(0))
