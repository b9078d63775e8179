"""Faults: in short form with every run, in long form with `FAULTS=30 make test ARGS="tests/faults"`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.faults import worksheets
from tests.faults.site import FaultySite

TIMES = int(os.environ.get("FAULTS", "1"))  # how many random moments


def is_long() -> bool:
    return "FAULTS" in os.environ


def in_the_long_form(*values: object, **options: Any) -> Any:  # Any: pytest's own
    """A parameter that takes its time and says little that others do not."""
    return pytest.param(*values, marks=pytest.mark.skipif(not is_long(), reason="in the long form: set FAULTS"), **options)


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[FaultySite]:
    """A site with 600 people in it."""
    folder = tmp_path_factory.mktemp("faults")
    with database(folder) as url, opened(url, folder) as made:
        yield made


@pytest.fixture
def listed(site) -> Iterator[tuple[int, dict[str, Any]]]:
    """An uploaded worksheet, and what is stored before it goes in; afterwards it is taken back."""
    yield from uploaded(site)


def uploaded(site: FaultySite) -> Iterator[tuple[int, dict[str, Any]]]:
    with undisturbed(site) as before:
        yield site.ask("upload({text})", text=worksheets.second_text()), before


@contextmanager
def undisturbed(site: FaultySite) -> Iterator[dict[str, Any]]:
    """What is stored; whatever is written in the block is taken back afterwards, and no worker is left."""
    before, newest = site.ask("records()"), site.ask("newest_change_set()")
    yield before
    site.kill_workers()
    site.ask("take_back_since({pk})", pk=newest)
    assert site.ask("records()") == before


@pytest.fixture(autouse=True)
def _no_worker_is_left(request) -> Iterator[None]:
    yield
    if "site" in request.fixturenames:
        request.getfixturevalue("site").kill_workers()


@contextmanager
def opened(url: str, folder: Path) -> Iterator[FaultySite]:
    made = FaultySite(url, folder)
    try:
        made.manage("migrate", "-v", "0")
        job = made.ask("start_import(upload({text}))", text=worksheets.first_text())
        assert made.finish(job)["state"] == "done"
        made.kill_workers()
        yield made
    finally:
        made.close()


@contextmanager
def database(folder: Path) -> Iterator[str]:
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder}/crm.sqlite3"
        return
    server = connection.settings_dict
    login = {"host": server["HOST"], "port": server["PORT"], "user": server["USER"], "password": server["PASSWORD"]}
    name = f"test_faults_{os.getpid()}_{folder.name.replace('-', '_')}"
    with psycopg.connect(**login, dbname="postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**server) + name
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
