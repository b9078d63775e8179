"""The SQLite file, its log and the uploads lie on a disk that is full to its last byte."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.db import connection

from tests.served import ROOT, Client, new_site, served

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has a disk of its own: test_full")


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="faults-small-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        folder.rmdir()
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
    folder.rmdir()


@pytest.fixture(scope="module")
def environment(disk) -> dict[str, str]:
    return new_site(disk, f"sqlite:///{disk}/crm.sqlite3", LOG_FORMAT="text")


@pytest.fixture
def client(environment) -> Iterator[Client]:
    with served(environment) as client:
        client.sign_in()
        client.get("/crm/CL/")
        yield client


@contextmanager
def full(disk: Path) -> Iterator[None]:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 12))
    yield
    filler.unlink()


def create(client: Client, name: str) -> tuple[int, str]:
    answer = client.post("/crm/CL/new/", {"email": f"{name}@example.com", "firstName": name})
    return answer.status, answer.text


def test_reading_goes_on_and_writing_says_why_not(client, disk):
    with full(disk):
        for _ in range(3):  # whichever thread answers
            assert client.get("/crm/CL/").status == 200
            status, text = create(client, "bea")
            assert (status, "The disk is full" in text) == (507, True)
        assert client.get("/healthz").status == 200

    assert create(client, "bea")[0] == 302
    assert "The worker has ended" not in (disk / "served.log").read_text()


def test_a_process_that_starts_on_it_says_so(environment, disk):
    with full(disk):
        command = [sys.executable, "manage.py", "create_field", "CL", "fax", "Text"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "The disk is full" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_worker_that_starts_on_it_waits_for_room(environment, disk):
    with full(disk):
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "work"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
        )
        said = next(line for line in worker.stderr if "waits for room" in line)
        assert worker.poll() is None

    worker.terminate()
    assert said
    assert worker.wait(30) == 0
