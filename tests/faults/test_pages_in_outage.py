"""Pages while the database is away: stopped, or frozen, so that it accepts what it never answers."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.faults.server import Server, programs, serving
from tests.served import Client, new_site, served

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql" or programs() is None, reason="needs PostgreSQL, and a server of its own"
)
MANY = 30  # more than threads


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture(scope="module")
def client(server, tmp_path_factory) -> Iterator[Client]:
    with served(new_site(tmp_path_factory.mktemp("site"), server.url), "--no-worker") as client:
        client.sign_in()
        yield client


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    server.crash()
    yield
    server.start()


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    main = int((server.folder / "db" / "postmaster.pid").read_text().split()[0])
    others = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    processes = [main, *map(int, others)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    yield
    for process in processes:
        os.kill(process, signal.SIGCONT)


@pytest.mark.parametrize("away", [stopped, frozen])
def test_pages_say_soon_that_the_database_is_away_and_health_does_not_care(server, client, away):
    assert client.get("/crm/CL/").status == 200

    with away(server):
        seconds, answer = measured(lambda: client.get("/crm/CL/"))
        assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
        assert "The database does not answer" in answer.text
        assert seconds < 2

        seconds, answers = measured(lambda: at_once(lambda: client.get("/crm/CL/"), MANY))
        assert {answer.status for answer in answers} == {503}
        assert seconds < 4

        seconds, answer = measured(lambda: client.get("/healthz"))
        assert (answer.status, answer.text) == (200, "ok")
        assert seconds < 1

        seconds, answer = measured(lambda: client.post("/worksheets/new/", {"pasted": "x" * 100_000}))
        assert (answer.status, seconds < 3) == (503, True)
        time.sleep(5)

    time.sleep(2)
    seconds, answer = measured(lambda: client.get("/crm/CL/"))
    assert (answer.status, seconds < 2) == (200, True)


def at_once(ask: Callable, times: int) -> list:
    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(lambda _number: ask(), range(times)))


def measured(ask: Callable) -> tuple:
    begun = time.monotonic()
    answer = ask()
    return time.monotonic() - begun, answer
