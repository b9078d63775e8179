"""The jobs of worksheets are known to whoever runs jobs, by kinds that queued tasks of earlier releases name too."""

import pytest

from crm.jobs import registry
from crm.worksheets.importing import import_jobs, purging, undo_jobs


@pytest.mark.parametrize(
    ("kind", "handler"),
    [
        ("import", import_jobs.run_import),
        ("rehearse", import_jobs.run_rehearsal),
        ("undo", undo_jobs.run_undo),
        ("rehearse-undo", undo_jobs.run_rehearsal),
        ("purge-worksheets", purging.run_purge),
    ],
)
def test_each_kind_has_its_handler(kind, handler):
    assert registry.handler(kind) is handler


def test_old_worksheets_are_purged_daily():
    assert registry.intervals()["purge-worksheets"] == 86_400
