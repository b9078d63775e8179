"""One record: a new one, the form, deleting, restoring and the history."""

from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.jobs import failures
from crm.local_numbers import local_number
from crm.parameters import number_parameter
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest
from crm.records import undoing
from crm.records.access import model_for, readable, record_for, stored_id
from crm.records.addresses import list_url, record_url
from crm.records.cells import title_of
from crm.records.errors import BadQuery, InvalidRecord, RecordGone, StillReferred, VersionConflict
from crm.records.forms import conflicts
from crm.records.forms.record_clusters import ClustersAsked
from crm.records.forms.record_form import RecordForm, shown_boxes
from crm.records.forms.record_view import build_record_view
from crm.records.history.descriptions import describe_events
from crm.records.history.events import events_of
from crm.records.layouts import Layout, layout_of
from crm.records.lists.related_tables import related_tables
from crm.records.models import ChangeSet, RecordChange
from crm.records.undoing.kept_messages import describe_kept
from crm.records.undoing.single_changes import undoable_changes
from crm.records.writing import checking, references, restoring, saving
from crm.schema.record import Record
from crm.uploads import accept_files

LOOK = "_look"  # asks how the form looks with what was typed; nothing is saved


@accept_files
@require_http_methods(["GET", "HEAD", "POST"])
def new_record(request: SignedInRequest, acronym: str) -> HttpResponse:
    model = model_for(request.actor, "write", acronym)
    form = _form(request, model, None)
    if request.method != "POST":
        return _page(request, form)
    if LOOK in request.POST:
        return JsonResponse(form.looks())
    if form.is_valid():
        try:
            record = saving.create(model, form.values(), by=request.actor, record_id=form.record_id(), files=form.file_changes())
        except InvalidRecord as refusal:
            form.refuse(refusal.errors)
        except DatabaseError as error:
            return _without_room(request, form, error)
        else:
            messages.success(request, _("Created %(title)s.") % {"title": _title(request, record)})
            return _redirect(form, record)
    else:
        form.refuse(checking.creation_errors(model, form.values(), form.record_id(), form.file_changes()))
    return _page(request, form, status=422)


@accept_files
@require_http_methods(["GET", "HEAD", "POST"])
def record_page(request: SignedInRequest, acronym: str, record_id: str) -> HttpResponse:
    record = record_for(request.actor, "read", acronym, record_id)
    form = _form(request, type(record), record)
    if LOOK in request.POST:
        return JsonResponse(form.looks())
    return _save(request, form, record) if request.method == "POST" else _page(request, form)


@require_POST
def delete_record(request: SignedInRequest, acronym: str, record_id: str) -> HttpResponse:
    record = record_for(request.actor, "delete", acronym, record_id)
    with_referring = request.POST.get("with_referring") == "yes"
    for other in references.referring(record) if with_referring else ():
        require(request.actor, "delete", other.entity.acronym)
    try:
        saving.delete(record, by=request.actor, with_referring=with_referring)
    except RecordGone as gone:
        messages.warning(request, str(gone))
        return redirect("record-list", acronym)
    except StillReferred as others:
        return render(request, "records/delete.html", _deletion(request, record, others), status=409)
    return redirect(list_url(acronym, {"_deleted": record.pk}))


@require_POST
def restore_record(request: SignedInRequest, acronym: str, record_id: str) -> HttpResponse:
    model = model_for(request.actor, "delete", acronym)
    try:
        record, count = restoring.restore(model, stored_id(record_id, model), by=request.actor)
    except InvalidRecord as refusal:
        messages.error(request, " ".join(refusal.errors.values()))
        return redirect("record-list", acronym)
    words = {"title": _title(request, record), "n": local_number(count - 1)}
    alone = _("Restored %(title)s.")
    more = ngettext(
        "Restored %(title)s and %(n)s record that referred to it.",
        "Restored %(title)s and %(n)s records that referred to it.",
        count - 1,
    )
    messages.success(request, (more if count > 1 else alone) % words)
    return redirect("record-page", acronym, record.pk)


@require_safe
def record_history(request: SignedInRequest, acronym: str, record_id: str) -> HttpResponse:
    """Also of a deleted record."""
    model = model_for(request.actor, "read", acronym)
    found = stored_id(record_id, model)
    events = events_of(model, found)
    record = model.objects.filter(pk=found).first()
    exists = record is not None
    if not events and not exists:
        raise Http404(_("There is no such record."))
    restorable = not exists and may(request.actor, "delete", acronym)
    context = {
        "entity": model.entity,
        "record_id": found,
        "exists": exists,
        "title": _title(request, record) if record else "",
        "deleted": found if restorable else "",
    }
    shown = describe_events(events, readable(request.actor, model.entity), reader=request.actor)
    offered = {change for change in undoable_changes(events, model.entity) if may(request.actor, "undo", acronym)}
    return render(request, "records/history.html", {**context, "events": shown, "offered": offered})


@require_POST
def undo_change(request: SignedInRequest, acronym: str, record_id: str) -> HttpResponse:
    """Takes one change of the record back, whatever else its act changed; of a deletion also what was deleted with it."""
    model = model_for(request.actor, "undo", acronym)
    record = stored_id(record_id, model)
    changes = RecordChange.objects.filter(entity=acronym, record_id=record).select_related("change_set")
    change = get_object_or_404(changes, pk=number_parameter(request.POST, "change", 0))
    act, is_deletion = change.change_set, change.kind == RecordChange.Kind.DELETE
    alone = "" if is_deletion and act.kind == ChangeSet.Kind.WRITE else record
    undo = undoing.open_undo(act, by=request.actor, entity=acronym, record_id=alone)
    counts = undoing.run(undo, by=request.actor)
    kept = [f"{row.field} {row.reason.text}".strip() for row in describe_kept(undo.kept.all(), reader=request.actor)]
    if counts.records:
        messages.success(request, _("Undone."))
    if kept or not counts.records:
        messages.warning(request, _("Kept as it is: %(what)s") % {"what": "; ".join(kept) or _("it is undone already.")})
    return redirect("record-history", acronym, record)


def _save(request: SignedInRequest, form: RecordForm, record: Record) -> HttpResponse:
    require(request.actor, "write", record.entity.acronym)
    if not form.is_valid():
        form.refuse(checking.update_errors(record, form.values(), form.file_changes()))
        return _page(request, form, status=422)
    try:
        saved = saving.update(
            record, form.values(), by=request.actor, expected_version=form.expected_version(), files=form.file_changes()
        )
    except InvalidRecord as refusal:
        form.refuse(refusal.errors)
        return _page(request, form, status=422)
    except DatabaseError as error:
        return _without_room(request, form, error)
    except VersionConflict as conflict:
        return _conflict(request, form, conflict.current)
    except RecordGone as gone:
        form.add_error(None, str(gone))
        return _page(request, form, status=409)
    changed = saved.crm_version != record.crm_version
    messages.success(request, _("Saved.") if changed else _("Nothing was different, so nothing was saved."))
    return _redirect(form, record)


def _without_room(request: SignedInRequest, form: RecordForm, error: DatabaseError) -> HttpResponse:
    """On a full disk the page again with all that was typed; raises the error where it is another."""
    if not failures.is_full(error):
        raise error
    form.add_error(None, failures.describe(error))
    return _page(request, form, status=507)


def _redirect(form: RecordForm, record: Record) -> HttpResponse:
    return redirect(record_url(record.entity.acronym, record.pk) + form.view.address)


def _conflict(request: SignedInRequest, form: RecordForm, current: Record) -> HttpResponse:
    """The page again with everything that was typed, over what is stored now; saving once more is a decision."""
    both = conflicts.both_values(form, current)
    again = _form(request, type(current), current, conflicts.merged_data(form, current))
    return _page(request, again, status=409, both=both)


def _form(request: SignedInRequest, model: type[Record], record: Record | None, data: object = None) -> RecordForm:
    given = {} if record else request.GET.dict()
    layout, asked = requested_layout(request, model), _asked(request)
    shown = build_record_view(model.entity, layout, record, actor=request.actor, given=given, asked=asked)
    posted = request.POST if request.method == "POST" else None
    files = request.FILES if request.method == "POST" else None
    return RecordForm(shown, actor=request.actor, data=data if data is not None else posted, files=files)


def _asked(request: SignedInRequest) -> ClustersAsked:
    """The clusters that the page has besides those the record is in: what came with it, and what its address asks for."""
    return ClustersAsked({*request.POST, *shown_boxes(request.POST)}, everything=request.GET.get("_clusters") == "all")


def requested_layout(request: SignedInRequest, model: type[Record]) -> Layout:
    """Http404 where this person has no form of the name in the address."""
    try:
        # As it came: a name with NUL is no name, rather than that of the default form.
        return layout_of(model.entity, request.GET.get("_form", "").strip(), actor=request.actor)
    except BadQuery as refusal:
        raise Http404(str(refusal)) from refusal


def _page(request: SignedInRequest, form: RecordForm, *, status: int = 200, **more: object) -> HttpResponse:
    entity, record = form.view.entity, form.view.record
    context = {
        "entity": entity,
        "record": record,
        "title": _title(request, record) if record else _("New record"),
        "form": form,
        "may_write": may(request.actor, "write", entity.acronym),
        "related": related_tables(record, form.view.layout, actor=request.actor) if record else [],
        "may_delete": record is not None and may(request.actor, "delete", entity.acronym),
    }
    return render(request, "records/record.html", context | more, status=status)


def _deletion(request: SignedInRequest, record: Record, others: StillReferred) -> dict[str, object]:
    counts = others.counts
    return {
        "entity": record.entity,
        "record": record,
        "title": _title(request, record),
        "counts": counts,
        "all": 1 + sum(counts.values()),
        "is_too_many": others.is_too_many,
    }


def _title(request: SignedInRequest, record: Record) -> str:
    return title_of(record, readable(request.actor, record.entity))
