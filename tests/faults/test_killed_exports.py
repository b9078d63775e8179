"""Exports on a schedule beside workers that are killed, and beside several: each once, and whole."""

import time
from collections.abc import Iterator

import pytest

from tests.faults.conftest import database, opened
from tests.faults.site import FaultySite


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[FaultySite]:
    """Its own: a cluster stays."""
    folder = tmp_path_factory.mktemp("exports")
    with database(folder) as url, opened(url, folder) as made:
        yield made


@pytest.fixture(scope="module")
def export(site) -> int:
    return site.ask("schedule_export()")


def test_an_export_that_is_killed_before_its_file_is_noted_leaves_one_whole_file(site, export):
    people, audited = len(site.ask("records()")), site.ask("audited_exports()")
    job = site.ask("start_export({pk})", pk=export)

    with site.held(job, "inside"):
        site.kill_workers()

    assert site.finish(job)["state"] == "done"
    site.kill_workers()
    assert site.ask("exports()")[-1] == ["done", people, people, 1]
    assert site.ask("audited_exports()") == audited + 1


def test_of_several_workers_one_exports_what_is_due(site, export):
    before = len(site.ask("states()"))
    for _worker in range(3):
        site.start_worker()
    assert site.ask("let_exports_come()") == 1

    deadline = time.monotonic() + 60
    while site.ask("states()")[before:] != ["done"]:
        assert time.monotonic() < deadline, site.log()
        time.sleep(0.2)
    time.sleep(3)  # each of them has looked again by now

    assert len(site.ask("states()")) == before + 1
