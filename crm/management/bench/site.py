"""A site with a database of its own, for what cannot be measured in a table that no publication knows."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection


@dataclass(frozen=True)
class BenchmarkSite:
    """`vendor` is this process's own; the database is new and migrated."""

    vendor: str
    url: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"DATABASE_URL": self.url, "VAR_DIR": str(self.folder)}

    def start(self, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603  # our own

    def manage(self, *words: str) -> str:
        process = self.start(*words)
        output, errors = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{words[0]}: {errors}")
        return output

    @contextmanager
    def connected(self) -> Iterator[Any]:  # Any: a connection of either library
        path = self.url.removeprefix("sqlite:///")
        opened = (
            psycopg.connect(self.url, autocommit=True, prepare_threshold=None)
            if self.vendor == "postgresql"
            else sqlite3.connect(path, isolation_level=None, timeout=20, check_same_thread=False)
        )
        with closing(opened) as database:
            yield database


@contextmanager
def site_of_its_own(folder: Path) -> Iterator[BenchmarkSite]:
    """Raises psycopg.Error where no database may be made."""
    if connection.vendor != "postgresql":
        site = BenchmarkSite("sqlite", f"sqlite:///{folder}/site.sqlite3", folder)
        site.manage("migrate", "-v", "0")
        yield site
        return
    name = f"crm_benchmark_{os.getpid()}"
    with psycopg.connect(_address(connection.settings_dict["NAME"]), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            site = BenchmarkSite("postgresql", _address(name), folder)
            site.manage("migrate", "-v", "0")
            yield site
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _address(name: str) -> str:
    login = connection.settings_dict
    password = f":{quote(login['PASSWORD'])}" if login["PASSWORD"] else ""
    return f"postgres://{quote(login['USER'])}{password}@{login['HOST']}:{login['PORT'] or 5432}/{quote(name)}"
