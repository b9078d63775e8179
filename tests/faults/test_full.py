"""A disk without room: the import fails with a sentence, nothing is half done, and it goes on when there is room."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from tests.faults.checks import assert_imported, assert_partly
from tests.faults.conftest import opened, uploaded
from tests.faults.server import programs, serving
from tests.faults.site import FaultySite

MOMENTS = {
    "staging": "job.phase == 'staging'",
    "applying": "job.phase == 'applying' and job.done > 300 and not inside",
}


@dataclass(frozen=True)
class Disk:
    """`fill` gives what the held process is to do itself; `free` makes room again."""

    url: str
    fill: Callable[[], str]
    free: Callable[[], None]


@pytest.fixture(scope="module")
def disk(tmp_path_factory) -> Iterator[Disk]:
    is_sqlite = connection.vendor == "sqlite"
    with limited_file(tmp_path_factory.mktemp("small")) if is_sqlite else small_tablespace() as made:
        yield made


@pytest.fixture(scope="module")
def site(disk, tmp_path_factory) -> Iterator[FaultySite]:
    with opened(disk.url, tmp_path_factory.mktemp("full")) as made:
        yield made


@pytest.fixture
def listed(site):
    yield from uploaded(site)


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_import_without_room_fails_honestly_and_goes_on_when_there_is_some(site, disk, listed, moment):
    number, before = listed
    job = site.ask("start_import({number})", number=number)

    with site.held(job, MOMENTS[moment]) as process:
        process.stdin.write(disk.fill() + "\n")
        process.stdin.flush()
    said = site.ask("page({number})", number=number)

    assert site.ask("job({job})", job=job)["state"] == "failed"
    assert "Failed. The disk is full: there is no room for what was to be written." in said
    assert_partly(site, number, before)
    disk.free()
    site.ask("press({number}, 'go_on')", number=number) if moment == "applying" else site.ask("resume({job})", job=job)
    assert site.finish(job)["state"] == "done"
    assert_imported(site, number)


def limited_file(folder: Path) -> AbstractContextManager[Disk]:
    """SQLite is told that its file may not grow: what it says then is what it says on a full disk."""
    return nullcontext(Disk(f"sqlite:///{folder}/crm.sqlite3", lambda: "fill", lambda: empty(folder / "crm.sqlite3")))


def empty(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("DROP TABLE filler")


@contextmanager
def small_tablespace() -> Iterator[Disk]:
    """A database on a disk in memory that is filled up; the server's
    log of writes lies elsewhere, as without it there is none."""
    if programs() is None:
        pytest.skip("needs a PostgreSQL server of its own")
    folder = Path(tempfile.mkdtemp(prefix="faults-small-"))
    folder.chmod(0o755)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m,mode=0777", "tmpfs", folder], capture_output=True, check=False
    )
    try:
        if mounted.returncode != 0:
            pytest.skip("needs the right to mount a small disk")
        place, filler = folder / "tables", folder / "filler"
        place.mkdir()
        shutil.chown(place, "postgres")
        with serving() as server:
            login = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "crm", "-q"]
            server.run("psql", *login, "-c", f"CREATE TABLESPACE small LOCATION '{place}'", "postgres")
            server.run("psql", *login, "-c", "ALTER DATABASE crm SET TABLESPACE small", "postgres")
            yield Disk(server.url, lambda: fill(filler), filler.unlink)
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "-l", folder], check=True)
        folder.rmdir()


def fill(filler: Path) -> str:
    """All but what it takes to say that the disk is full."""
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 12))
    os.truncate(filler, filler.stat().st_size - (64 << 10))
    return ""
