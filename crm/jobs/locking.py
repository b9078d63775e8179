"""One process at a time works on an entity; the lock dies with its process."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from crm.environment import PRIVATE_FILE, PRIVATE_FOLDER

FAMILY = 7_203_002  # any number that no other advisory lock of two numbers uses
PAUSE = 0.25  # seconds


def entity_lock_name(acronym: str) -> str:
    """The lock of imports into an entity, and of all other work that needs its table to itself."""
    return f"entity-{acronym}"


@contextmanager
def held(name: str, *, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Holds the lock of this name during the block; `waiting` is called every PAUSE until it is free, and may raise."""
    with _lock(name) as take:
        while not take():
            waiting()
            time.sleep(PAUSE)
        yield


def is_held(name: str) -> bool:
    """Return True if another process, or another connection, holds it at this moment."""
    with _lock(name) as take:
        return not take()


def _lock(name: str) -> AbstractContextManager[Callable[[], bool]]:
    """Gives a function that tries to take the lock."""
    return _advisory(name) if connection.vendor == "postgresql" else _file(name)


@contextmanager
def _advisory(name: str) -> Iterator[Callable[[], bool]]:
    """Held by the session: PostgreSQL releases it when the connection ends, however it does."""
    taken = False

    def take() -> bool:
        nonlocal taken
        taken = _call("pg_try_advisory_lock", name)
        return taken

    try:
        yield take
    finally:
        if taken and connection.connection and not connection.connection.closed:
            _call("pg_advisory_unlock", name)


def _call(function: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, hashtext(%s))", [FAMILY, name])
        return bool(cursor.fetchone()[0])


@contextmanager
def _file(name: str) -> Iterator[Callable[[], bool]]:
    """SQLite means one machine: the operating system releases a file's lock when its process ends."""
    folder = Path(settings.VAR_DIR) / "locks"
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    with os.fdopen(os.open(folder / f"{name}.lock", os.O_WRONLY | os.O_CREAT, PRIVATE_FILE), "w") as file:
        yield lambda: _flocked(file)


def _flocked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
