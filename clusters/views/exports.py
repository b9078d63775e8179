"""The exports of a cluster on a schedule: what is scheduled, what came of it, and the form that schedules one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from clusters import membership
from clusters.errors import InvalidCluster
from clusters.exports import scheduling
from clusters.exports.access import require_export
from clusters.exports.describing import exports_of, log_of, weekdays
from clusters.exports.moments_due import DAY, MONTH, WEEK
from clusters.exports.public_addresses import LONGEST
from clusters.exports.purging import LOG_DAYS
from clusters.exports.scheduling import WantedExport
from clusters.models import Cluster, ExportRun, ScheduledExport
from crm.jobs import notices
from crm.parameters import number_parameter, text_parameter
from crm.people.auditing import record_event
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.schema.generated import current
from crm.worksheets.exporting import file_formats
from crm.worksheets.formats.writing import FORMATS
from crm.worksheets.views.exports import groups

NO_DAY = 99  # refused


@never_cache
@require_http_methods(["GET", "POST"])
def exports_page(request: SignedInRequest, name: str) -> HttpResponse:
    """POST `do` and `export`; a new secret is in this answer alone."""
    cluster = _exportable(request, name)
    if request.method == "GET":
        return _shown(request, cluster)
    verb = VERBS.get(text_parameter(request.POST, "do"))
    export = cluster.exports.filter(pk=number_parameter(request.POST, "export", 0)).first()
    if verb is None or export is None:
        raise Http404
    try:
        secret = verb(request, export)
    except InvalidCluster as refusal:
        return _shown(request, cluster, refusal=str(refusal))
    return _shown(request, cluster, secret=secret, export=export) if secret else redirect("cluster-exports", cluster.name)


@never_cache
@require_http_methods(["GET", "POST"])
def new_export(request: SignedInRequest, name: str) -> HttpResponse:
    cluster = _exportable(request, name)
    if request.method == "GET":
        return _form(request, cluster)
    try:
        export, secret = scheduling.schedule(cluster, _wanted(request.POST), by=request.actor)
    except InvalidCluster as refusal:
        return _form(request, cluster, refusal=str(refusal))
    if secret:
        return _shown(request, cluster, secret=secret, export=export)
    messages.success(request, _("The export is scheduled."))
    return redirect("cluster-exports", cluster.name)


@require_GET
def export_download(request: SignedInRequest, name: str, run_id: UUID) -> FileResponse:
    cluster = _exportable(request, name)
    run = get_object_or_404(ExportRun.objects.select_related("export"), pk=run_id, export__cluster=cluster)
    if run.state != ExportRun.State.DONE or not run.file:
        raise Http404(_("The file is no longer kept."))
    for field in run.export.fields:  # it was made with the rights of its owner
        require(request.actor, "read", cluster.entity, field)
    form = FORMATS[run.export.format]
    details = {"rows": run.rows, "fields": run.export.fields, "format": form.name, "cluster": cluster.name}
    record_event(request.actor, "export", subject=cluster.entity, details=details)
    filename = f"{cluster.name}-{localtime(run.due):%Y-%m-%dT%H%M}.{form.name}"
    return FileResponse(run.file.open("rb"), as_attachment=True, filename=filename, content_type=form.content_type)


def _run(request: SignedInRequest, export: ScheduledExport) -> str:
    job = scheduling.run_now(export, by=request.actor)
    label = _("Export of %(cluster)s") % {"cluster": export.cluster.label}
    notices.watch(request, job, label=label, url=reverse("cluster-exports", args=[export.cluster.name]))
    messages.success(request, _("The export has begun; its outcome will be in the log."))
    return ""


def _stop(request: SignedInRequest, export: ScheduledExport) -> str:
    scheduling.stop(export, by=request.actor)
    messages.success(request, _("The export is stopped. Its files and its log stay."))
    return ""


def _start(request: SignedInRequest, export: ScheduledExport) -> str:
    scheduling.start_again(export, by=request.actor)
    messages.success(request, _("The export is scheduled again, and takes your rights."))
    return ""


def _remove(request: SignedInRequest, export: ScheduledExport) -> str:
    scheduling.remove(export, by=request.actor)
    messages.success(request, _("The export was removed, with its files and its log."))
    return ""


def _new_secret(request: SignedInRequest, export: ScheduledExport) -> str:
    return scheduling.renew_secret(export, by=request.actor)


VERBS: dict[str, Callable[[SignedInRequest, ScheduledExport], str]] = {
    "run": _run,
    "stop": _stop,
    "start": _start,
    "remove": _remove,
    "secret": _new_secret,
}


def _exportable(request: SignedInRequest, name: str) -> Cluster:
    cluster = get_object_or_404(Cluster, name=name)
    require_export(request.actor, cluster)
    return cluster


def _wanted(given: QueryDict) -> WantedExport:
    every = text_parameter(given, "every")
    return WantedExport(
        every=every,
        day=number_parameter(given, every, NO_DAY) if every in {WEEK, MONTH} else 0,
        hour=number_parameter(given, "hour", NO_DAY),
        format=text_parameter(given, "_format"),
        delimiter=text_parameter(given, "_delimiter"),
        fields=list(dict.fromkeys(given.getlist("_column"))),
        address=_address(given),
    )


def _address(given: QueryDict) -> str:
    if text_parameter(given, "to") != "address":
        return ""
    if not (address := text_parameter(given, "address", longest=LONGEST + 1)):
        raise InvalidCluster(_("Say to which address it is sent."))
    return address


def _shown(request: SignedInRequest, cluster: Cluster, **answer: Any) -> HttpResponse:  # Any: template variables
    context = {
        "cluster": cluster,
        "tab": "exports",
        "exports": exports_of(cluster),
        "log": log_of(cluster),
        "is_archived": membership.is_archived(cluster),
        "file_days": settings.RETAIN_FILES_DAYS,
        "log_days": LOG_DAYS,
        **answer,
    }
    return render(request, "clusters/exports.html", context, status=422 if "refusal" in answer else 200)


def _form(request: SignedInRequest, cluster: Cluster, **answer: Any) -> HttpResponse:  # Any: template variables
    """With what was typed; at first every day in the early morning, for programs."""
    if membership.field_of(cluster) is None:
        raise Http404
    given = request.POST
    model = current.models()[cluster.entity]
    context = {
        "cluster": cluster,
        "tab": "exports",
        "every": text_parameter(given, "every") or DAY,
        "week": number_parameter(given, WEEK, 0),
        "month": number_parameter(given, MONTH, 1),
        "hour": number_parameter(given, "hour", 6),
        "weekdays": weekdays(),
        "monthdays": range(1, 32),
        "hours": [(number, f"{number:02}:00") for number in range(24)],
        "zone": settings.TIME_ZONE,
        "to": text_parameter(given, "to") or "file",
        "address": text_parameter(given, "address", longest=LONGEST + 1),
        "longest": LONGEST,
        "formats": FORMATS.values(),
        "chosen": text_parameter(given, "_format") or file_formats.default_format(),
        "delimiters": file_formats.DELIMITERS.items(),
        "delimiter": text_parameter(given, "_delimiter") or file_formats.default_delimiter(),
        "groups": groups(model, given.getlist("_column"), actor=request.actor),
        **answer,
    }
    return render(request, "clusters/new_export.html", context, status=422 if answer else 200)
