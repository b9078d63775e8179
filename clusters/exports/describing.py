"""A cluster's exports as its page shows them, in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.exports.access import may_export
from clusters.exports.making import host_of
from clusters.exports.moments_due import MONTH, WEEK
from clusters.models import Cluster, ExportRun, ScheduledExport
from crm.people.actors import Actor
from crm.people.models import User
from crm.worksheets.formats.writing import FORMATS

LOGGED = 50
A_MONDAY = date(2026, 11, 30)


@dataclass(frozen=True)
class ShownExport:
    """`last` is the newest run that is over."""

    export: ScheduledExport
    when: str
    where: str
    format: str
    owner: str
    last: ExportRun | None
    is_owner_gone: bool


@dataclass(frozen=True)
class LoggedRun:
    run: ExportRun
    where: str
    format: str

    @property
    def is_tried_again(self) -> bool:
        return self.run.state == ExportRun.State.WAITING and bool(self.run.reason)


def exports_of(cluster: Cluster) -> list[ShownExport]:
    return _all_shown(cluster.exports.all())


def failing(reader: Actor) -> list[ShownExport]:
    """Those that go on, of any cluster that the reader may export, and whose last run came to nothing."""
    going_on = ScheduledExport.objects.filter(next_due__isnull=False).select_related("cluster")
    exports = [export for export in going_on if may_export(reader, export.cluster)]
    return [shown for shown in _all_shown(exports) if shown.last and shown.last.state != ExportRun.State.DONE]


def _all_shown(found: Iterable[ScheduledExport]) -> list[ShownExport]:
    exports = list(found)
    owners = {user.pk: user for user in User.objects.filter(pk__in={export.owner for export in exports})}
    last = _last_runs(exports)
    return [_shown(export, owners.get(export.owner), last.get(export.pk)) for export in exports]


def log_of(cluster: Cluster) -> list[LoggedRun]:
    """The newest runs of all its exports."""
    runs = ExportRun.objects.filter(export__cluster=cluster).select_related("export")[:LOGGED]
    return [LoggedRun(run, place_of(run.export), FORMATS[run.export.format].label) for run in runs]


def weekdays() -> list[tuple[int, str]]:
    return [(number, date_format(A_MONDAY + timedelta(days=number), "l")) for number in range(7)]


def when(every: str, day: int, hour: int) -> str:
    words = {"time": f"{hour:02}:00"}
    if every == WEEK:
        return _("Every %(weekday)s at %(time)s") % {**words, "weekday": dict(weekdays())[day]}
    if every == MONTH:
        return _("On day %(day)s of every month at %(time)s") % {**words, "day": day}
    return _("Every day at %(time)s") % words


def place_of(export: ScheduledExport) -> str:
    return host_of(export) if export.address else _("a file kept here")


def _shown(export: ScheduledExport, owner: User | None, last: ExportRun | None) -> ShownExport:
    words = when(export.every, export.day, export.hour)
    is_gone = owner is None or not owner.is_active
    return ShownExport(export, words, place_of(export), FORMATS[export.format].label, str(owner or ""), last, is_gone)


def _last_runs(exports: Sequence[ScheduledExport]) -> dict[int, ExportRun]:
    over = ExportRun.objects.filter(export__in=exports).exclude(state=ExportRun.State.WAITING)
    newest = {row["export"]: row["newest"] for row in over.order_by().values("export").annotate(newest=Max("due"))}
    runs = over.filter(due__in=newest.values())
    return {run.export_id: run for run in runs if newest[run.export_id] == run.due}
