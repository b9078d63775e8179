"""Schedules an export, stops it, starts it again, removes it, asks for one now."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clusters import membership
from clusters.errors import InvalidCluster
from clusters.exports import due
from clusters.exports.access import require_export
from clusters.exports.making import delete_files, host_of
from clusters.exports.moments_due import MONTH, WEEK, next_due
from clusters.exports.public_addresses import AddressRefused, read_address
from clusters.exports.signing import hash_of, new_seed, secret_of
from clusters.models import Cluster, ExportRun, ScheduledExport
from crm.jobs.models import Job
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.schema.generated import current
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.exporting.columns import columns_of
from crm.worksheets.exporting.file_formats import chosen_format

MOST = 20  # of one cluster
DAYS = {WEEK: range(7), MONTH: range(1, 32)}


@dataclass(frozen=True)
class WantedExport:
    """As `ScheduledExport` has it. Without an address, files are kept here."""

    every: str
    day: int
    hour: int
    format: str
    delimiter: str
    fields: list[str]
    address: str = ""


def schedule(cluster: Cluster, wanted: WantedExport, *, by: Actor) -> tuple[ScheduledExport, str]:
    """With the secret of its address, which nobody can ask for again. Raises PermissionDenied, InvalidCluster."""
    require_export(by, cluster)
    _check(cluster, wanted, by)
    seed = new_seed() if wanted.address else ""
    secret = secret_of(seed) if seed else ""
    with transaction.atomic():
        export = ScheduledExport.objects.create(
            cluster=cluster,
            owner=_owner(by),
            language=translation.get_language() or settings.LANGUAGE_CODE,
            format=wanted.format,
            delimiter=wanted.delimiter,
            fields=wanted.fields,
            every=wanted.every,
            day=wanted.day if wanted.every in DAYS else 0,
            hour=wanted.hour,
            address=wanted.address,
            seed=seed,
            secret_hash=hash_of(secret) if secret else "",
        )
        _set_next_due(export)
        _record(by, "export-scheduled", export)
    return export, secret


@transaction.atomic
def stop(export: ScheduledExport, *, by: Actor) -> None:
    """What is on its way goes on."""
    require_export(by, export.cluster)
    if ScheduledExport.objects.filter(pk=export.pk, next_due__isnull=False).update(next_due=None):
        _record(by, "export-stopped", export)


@transaction.atomic
def start_again(export: ScheduledExport, *, by: Actor) -> None:
    """With the rights of whoever starts it, so that it can be taken over from a person who left. What went by stays undone."""
    require_export(by, export.cluster)
    _check_columns(export.cluster, export.fields, by)
    if export.next_due is None:
        export.owner, export.language = _owner(by), translation.get_language() or settings.LANGUAGE_CODE
        export.save(update_fields=["owner", "language"])
        _set_next_due(export)
        _record(by, "export-scheduled", export)


def remove(export: ScheduledExport, *, by: Actor) -> None:
    """With its files and its log. Raises InvalidCluster while it goes on: stopped first, nobody removes it by a slip."""
    require_export(by, export.cluster)
    if export.next_due is not None:
        raise InvalidCluster(_("Stop the export first."))
    runs = list(export.runs.all())
    with transaction.atomic():
        _record(by, "export-removed", export)
        export.delete()
    for run in runs:
        delete_files(run)


@transaction.atomic
def renew_secret(export: ScheduledExport, *, by: Actor) -> str:
    """The new secret; the old one signs nothing from now on."""
    require_export(by, export.cluster)
    if not export.address:
        raise InvalidCluster(_("Only what is sent is signed."))
    export.seed = new_seed()
    export.secret_hash = hash_of(secret := secret_of(export.seed))
    export.save(update_fields=["seed", "secret_hash"])
    _record(by, "export-secret", export)
    return secret


@transaction.atomic
def run_now(export: ScheduledExport, *, by: Actor) -> Job:
    """Beside its schedule, with its owner's rights. Raises InvalidCluster while another one is on its way."""
    require_export(by, export.cluster)
    ScheduledExport.objects.select_for_update().get(pk=export.pk)
    if export.runs.filter(state=ExportRun.State.WAITING).exists():
        raise InvalidCluster(_("One is on its way already: wait for it, or stop it among the jobs."))
    return due.start_run(export, due=timezone.now())


def _owner(by: Actor) -> UUID:
    if by.user_id is None:
        raise InvalidCluster(_("An export takes the rights of a person: schedule it as one."))
    return by.user_id


def _check(cluster: Cluster, wanted: WantedExport, by: Actor) -> None:
    if membership.is_archived(cluster):
        raise InvalidCluster(_("The cluster is archived."))
    if cluster.exports.count() >= MOST:
        raise InvalidCluster(_("A cluster has at most %s exports: remove one first.") % MOST)
    _check_when(wanted)
    try:
        chosen_format(wanted.format, wanted.delimiter)
        if wanted.address:
            read_address(wanted.address)
    except (InvalidMapping, AddressRefused) as refusal:
        raise InvalidCluster(str(refusal)) from refusal
    _check_columns(cluster, wanted.fields, by)


def _check_when(wanted: WantedExport) -> None:
    days = DAYS.get(wanted.every, range(32))
    if wanted.every not in ScheduledExport.Every.values or wanted.day not in days or wanted.hour not in range(24):
        raise InvalidCluster(_("Say how often, on which day and at which hour."))


def _check_columns(cluster: Cluster, fields: list[str], by: Actor) -> None:
    if not fields:
        raise InvalidCluster(_("Choose at least one column."))
    try:
        columns_of(current.models()[cluster.entity], fields, actor=by)
    except InvalidMapping as refusal:
        raise InvalidCluster(str(refusal)) from refusal


def _set_next_due(export: ScheduledExport) -> None:
    zone = ZoneInfo(settings.TIME_ZONE)
    export.next_due = next_due(export.every, export.day, export.hour, after=timezone.now(), zone=zone)
    export.save(update_fields=["next_due"])


def _record(by: Actor, verb: str, export: ScheduledExport) -> None:
    details = {"cluster": export.cluster.name, "format": export.format, "fields": export.fields, "address": host_of(export)}
    record_event(by, verb, subject=export.cluster.entity, details=details)
