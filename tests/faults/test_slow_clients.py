"""Clients that hold their connections keep nobody waiting: the long form is 500 of them for a minute."""

from collections.abc import Iterator

import pytest

from tests.faults.conftest import is_long
from tests.faults.slow_clients import KINDS, half_sent, slowest_answers
from tests.served import Client, new_site, served

COUNT, SECONDS = (500, 60) if is_long() else (100, 3)


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Iterator[Client]:
    """Of a site on SQLite: what is tried here comes before any database."""
    folder = tmp_path_factory.mktemp("slow")
    environment = new_site(folder, f"sqlite:///{folder}/crm.sqlite3")
    with served(environment, "--no-worker") as client:
        yield client


@pytest.mark.parametrize("kinds", [*([kind] for kind in KINDS), list(KINDS)], ids=", ".join)
def test_pages_and_health_answer_while_others_hold_their_connections(client, kinds):
    client.get("/sign-in/")  # what a process does once is done

    with half_sent(client.port, COUNT, kinds) as watched:
        slowest = slowest_answers(client.port, ["/healthz", "/sign-in/"], SECONDS, watched)

    assert max(slowest.values()) < 1, slowest
