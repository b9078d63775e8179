"""A site with a database of its own, for commands that run as processes."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Site:
    environment: dict[str, str]
    folder: Path
    console: subprocess.Popen | None = field(default=None, init=False)

    def start(self, *words: str, **environment: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=ROOT, env=self.environment | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run_apart(self, *words: str, **environment: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error of a process of its own."""
        process = self.start(*words, **environment)
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error; see `console.py`."""
        if self.console is None:
            self.console = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("console.py"))],
                cwd=ROOT, env=self.environment | {"DJANGO_SETTINGS_MODULE": "crm.settings", "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        self.console.stdin.write(json.dumps([str(word) for word in words]) + "\n")
        self.console.stdin.flush()
        return tuple(json.loads(self.console.stdout.readline()))

    def close(self) -> None:
        if self.console is not None:
            self.console.kill()
            self.console.wait()

    def facts(self, *words: str) -> dict:
        code, output, errors = self.run(*words, "--json")
        assert (code, errors) == (0, "")
        return json.loads(output)

    @contextmanager
    def connected(self) -> Iterator[psycopg.Connection | sqlite3.Connection]:
        url = self.environment["DATABASE_URL"]
        sqlite_file = url.removeprefix("sqlite:///")
        opened = (
            psycopg.connect(url, autocommit=True, prepare_threshold=None)
            if sqlite_file == url
            else sqlite3.connect(f"/{sqlite_file.lstrip('/')}", isolation_level=None, timeout=20)
        )
        with closing(opened) as database:
            yield database

    @contextmanager
    def watched(self) -> Iterator[Callable[[], int]]:
        """Asks quickly and again and again how many customers there are."""
        with self.connected() as database:
            yield lambda: database.execute("SELECT count(*) FROM record_cl").fetchone()[0]

    def written(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text)
        return file


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    vendor, settings = connection.vendor, connection.settings_dict
    made = Site(os.environ | {"VAR_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/crm.sqlite3"}, folder)
    if vendor == "postgresql":
        name = f"test_site_{os.getpid()}"
        _on_postgresql(settings, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
        url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**settings)
        made = Site(made.environment | {"DATABASE_URL": url + name}, folder)
    code, _output, errors = made.run("migrate", "-v", "0")
    assert code == 0, errors
    yield made
    made.close()
    if vendor == "postgresql":
        _on_postgresql(settings, f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_postgresql(settings: dict, *statements: str) -> None:
    login = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"], "password": settings["PASSWORD"]}
    with psycopg.connect(**login, dbname="postgres", autocommit=True) as server:
        for statement in statements:
            server.execute(statement)
