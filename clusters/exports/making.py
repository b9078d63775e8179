"""The file of a run: made once, stored whole, deleted when nobody needs it."""

import time
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clusters import membership
from clusters.errors import InvalidCluster
from clusters.models import Cluster, ExportRun, ScheduledExport, run_folder
from crm.jobs.lease import RunningJob
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.schema.generated import current
from crm.worksheets.exporting.columns import columns_of
from crm.worksheets.exporting.export import Export, ExportStream
from crm.worksheets.exporting.file_formats import chosen_format

KEPT = 5  # files of one export
BEAT_SECONDS = 2


class _Stream(File[bytes]):
    """What is made while it is stored. Its size is known afterwards."""

    size = None  # type: ignore[assignment]

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__(None)
        self._chunks = chunks

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:  # noqa: ARG002  # Django's signature
        yield from self._chunks


def make_file(run: ExportRun, job: RunningJob) -> None:
    """Raises InvalidCluster, RuleError, InvalidMapping, DoesNotFit: of what is there now, as the owner may see it."""
    delete_files(run)  # of a process that died while it wrote
    export, actor = run.export, job.actor("job")
    form = chosen_format(export.format, export.delimiter)
    stream = ExportStream(_members(export, actor), form)
    try:
        name = f"{export.cluster.name}-{localtime(run.due):%Y-%m-%dT%H%M}.{form.name}"
        run.file.save(name, _Stream(_beating(stream, job)), save=False)
    finally:
        stream.close()
    run.rows, run.bytes = stream.rows, run.file.size
    details = {**stream.facts, "cluster": export.cluster.name, "address": host_of(export)}
    with transaction.atomic():
        job.save_checkpoint({})
        run.save(update_fields=["file", "rows", "bytes"])
        record_event(actor, "export", subject=export.cluster.entity, details=details)


def host_of(export: ScheduledExport) -> str:
    """What of the address may be told everywhere; the rest may hold a key of the receiver's."""
    return urlsplit(export.address).hostname or ""


def _members(export: ScheduledExport, actor: Actor) -> Export:
    cluster = export.cluster
    _check_in_use(cluster)
    columns = columns_of(current.models()[cluster.entity], export.fields, actor=actor)
    return Export(membership.members(cluster).order_by("id"), columns)


def _check_in_use(cluster: Cluster) -> None:
    if membership.is_archived(cluster):
        raise InvalidCluster(_("The cluster is archived."))


def _beating(chunks: Iterable[bytes], job: RunningJob) -> Iterator[bytes]:
    last = time.monotonic()
    for chunk in chunks:
        yield chunk
        if time.monotonic() - last > BEAT_SECONDS:
            job.beat()
            last = time.monotonic()


def keep_newest(export: ScheduledExport) -> None:
    for run in export.runs.exclude(file="")[KEPT:]:
        delete_files(run)


def delete_files(run: ExportRun) -> None:
    """Also those that were stored without a note of it."""
    if run.file:
        ExportRun.objects.filter(pk=run.pk).update(file="")
        run.file = ""
    folder = run_folder(run, "")
    for name in _listed(folder):
        default_storage.delete(f"{folder}{name}")
    default_storage.delete(folder)


def _listed(folder: str) -> list[str]:
    try:
        return list(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []
