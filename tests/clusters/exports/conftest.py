"""A cluster of two, what is exported of it, and where that arrives."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.utils import timezone

from clusters.catalogue import creating
from clusters.exports import due, running, scheduling
from clusters.exports.scheduling import WantedExport
from clusters.models import Cluster, ExportRun, ScheduledExport
from crm.jobs import control, registry
from crm.jobs.models import Job
from tests.clusters.exports.receiver import Receiver, receiving


@pytest.fixture
def receiver(tmp_path) -> Iterator[Receiver]:
    with receiving(tmp_path) as made:
        yield made


@pytest.fixture
def connected(receiver, monkeypatch) -> Receiver:
    """Exports reach the receiver instead of the internet."""
    monkeypatch.setitem(registry._handlers, running.KIND, partial(running.run, network=receiver.network()))
    return receiver


@pytest.fixture
def rich(spenders, operator) -> Cluster:
    """Ana and Caio."""
    return creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)


def wanted(**changes) -> WantedExport:
    usual = {"every": "day", "day": 0, "hour": 6, "format": "csv", "delimiter": "plain", "fields": ["firstName", "state"]}
    return WantedExport(**{**usual, **changes})


@pytest.fixture
def kept(rich, manager) -> ScheduledExport:
    """Its files are kept here."""
    return scheduling.schedule(rich, wanted(), by=manager)[0]


@pytest.fixture
def sent(rich, manager, connected) -> ScheduledExport:
    return scheduling.schedule(rich, wanted(address=connected.address), by=manager)[0]


@pytest.fixture
def run_here(django_capture_on_commit_callbacks) -> Callable[[Job], ExportRun]:
    """Runs a job as a worker does, whatever comes of it; the run that it was about."""

    def ran(job: Job) -> ExportRun:
        with django_capture_on_commit_callbacks(execute=True):
            try:
                control.run_here(job)
            except Exception:  # noqa: BLE001  # whatever it failed for is stored with the run
                assert ExportRun.objects.get(pk=job.subject).reason
        return ExportRun.objects.get(pk=job.subject)

    return ran


@pytest.fixture
def run_now(run_here) -> Callable[[ScheduledExport], ExportRun]:
    def ran(export: ScheduledExport) -> ExportRun:
        return run_here(due.start_run(export, due=timezone.now()))

    return ran
