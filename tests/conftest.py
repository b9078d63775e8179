"""What every test needs: files in a place of their own, static files without having collected them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from django.db import OperationalError, connection
from django.utils import translation


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.STORAGES = {
        "default": {"BACKEND": "crm.storage.WholeFiles", "OPTIONS": {"location": tmp_path / "files"}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    # Argon2 is slow on purpose, and no test here is about its strength.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    # A request in another language leaves that language active in this thread.
    with translation.override("en"):
        yield


class NoRoom(Protocol):
    def __call__(self, *tables: str) -> AbstractContextManager[None]: ...


@pytest.fixture
def no_room() -> NoRoom:
    """The database has no room for what is written into these tables, or, if none is named, into any."""

    def refuse(run, sql, parameters, many, context):
        written = sql.removeprefix("INSERT INTO ").removeprefix("UPDATE ")
        if written != sql and (not refused or written.startswith(tuple(f'"{table}"' for table in refused))):
            raise OperationalError("as the driver says") from psycopg.errors.DiskFull("could not extend file")
        return run(sql, parameters, many, context)

    refused: list[str] = []

    @contextmanager
    def in_tables(*tables: str) -> Iterator[None]:
        refused[:] = tables
        with connection.execute_wrapper(refuse):
            yield

    return in_tables
