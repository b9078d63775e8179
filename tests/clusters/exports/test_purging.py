"""Files of exports go after some days, the log after more."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from clusters.exports.purging import KIND, LOG_DAYS
from clusters.models import ExportRun
from crm.jobs import control

pytestmark = pytest.mark.django_db


def purged() -> int:
    job = control.prepare(KIND, by=None)
    return control.run_here(job).result["purged"]


def folders() -> list[str]:
    return default_storage.listdir("cluster-exports")[0]


def test_a_file_is_deleted_when_exports_are(kept, run_now, settings):
    old, new = run_now(kept), run_now(kept)
    ExportRun.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=settings.RETAIN_FILES_DAYS + 1))

    assert purged() == 1
    assert folders() == [str(new.pk)]
    assert ExportRun.objects.get(pk=old.pk).rows == 2


def test_the_log_is_deleted_later(kept, run_now):
    old, new = run_now(kept), run_now(kept)
    ExportRun.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=LOG_DAYS + 1))

    purged()

    assert [run.pk for run in ExportRun.objects.all()] == [new.pk]


def test_files_of_a_cluster_that_was_deleted_go_too(kept, rich, run_now):
    run_now(kept)
    rich.delete()

    assert purged() == 1
    assert folders() == []


def test_what_is_on_its_way_keeps_its_file(kept, run_now, settings):
    run = run_now(kept)
    ExportRun.objects.update(state="waiting", finished_at=timezone.now() - timedelta(days=settings.RETAIN_FILES_DAYS + 1))

    assert purged() == 0
    assert folders() == [str(run.pk)]


def test_where_nothing_was_exported_there_is_nothing_to_purge(kept):
    assert purged() == 0
