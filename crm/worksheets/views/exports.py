"""What of a list is exported, and in which format."""

from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.people.actors import Actor
from crm.people.requests import SignedInRequest
from crm.records.access import model_for
from crm.records.errors import BadQuery
from crm.records.lists.list_query import CURSORS, ListQuery
from crm.records.lists.listing import listed_records
from crm.schema.generated.related import related_model
from crm.schema.record import Record
from crm.worksheets.exporting import file_formats
from crm.worksheets.exporting.columns import all_fields, columns_of
from crm.worksheets.exporting.export import Export, sorted_by
from crm.worksheets.formats.writing import FORMATS
from crm.worksheets.mapping import label_row

OWN = ("_format", "_delimiter", "_column", "_labels")  # parameters; the others are the list's


@dataclass(frozen=True)
class OfferedColumn:
    """A column that may be chosen: its name in the file, what people call it, whether it is chosen."""

    name: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class ColumnGroup:
    """Columns under a heading: the entity's own, or those of the records that a field refers to."""

    title: str
    choices: list[OfferedColumn]


@require_safe
def export(request: SignedInRequest, acronym: str) -> HttpResponse:
    """The page from which the file is downloaded."""
    model = model_for(request.actor, "export", acronym)
    try:
        records, _sort = listed_records(model, list_parameters(request.GET), actor=request.actor)
    except BadQuery as refusal:
        return refused(request, model, refusal)
    return render(request, "worksheets/export.html", _shown(request, model, records.count()))


def refused(request: SignedInRequest, model: type[Record], refusal: Exception) -> HttpResponse:
    """A query that cannot be answered has a page of its own; what does not fit is explained next to the choice."""
    if isinstance(refusal, BadQuery):
        return render(request, "records/refused.html", {"entity": model.entity, "reason": str(refusal)}, status=400)
    context = {**_shown(request, model, None), "refusal": refusal}
    return render(request, "worksheets/export.html", context, status=422)


def requested_export(model: type[Record], query: QueryDict, *, actor: Actor) -> Export:
    """Raises BadQuery, InvalidMapping."""
    records, sort = listed_records(model, list_parameters(query), actor=actor)
    names = query.getlist("_column") or all_fields(model.entity, actor)
    return Export(sorted_by(records, str(sort)), columns_of(model, names, actor=actor), has_labels="_labels" in query)


def list_parameters(query: QueryDict) -> ListQuery:
    return ListQuery.of(_kept(query))


def _kept(query: QueryDict) -> QueryDict:
    """Also those that are empty: `_where=` leaves the form's own rule out."""
    kept = query.copy()
    for name in (*OWN, *CURSORS):
        kept.pop(name, None)
    return kept


def _shown(request: SignedInRequest, model: type[Record], count: int | None) -> dict[str, object]:
    kept = _kept(request.GET)
    return {
        "entity": model.entity,
        "count": count,
        "formats": FORMATS.values(),
        "chosen": request.GET.get("_format") or file_formats.default_format(),
        "delimiters": file_formats.DELIMITERS.items(),
        "delimiter": request.GET.get("_delimiter") or file_formats.default_delimiter(),
        "has_labels": "_labels" in request.GET,
        "groups": groups(model, request.GET.getlist("_column"), actor=request.actor),
        "address": f"?{kept.urlencode()}",
        "kept": [(name, value) for name, values in kept.lists() for value in values],
    }


def groups(model: type[Record], chosen: list[str], *, actor: Actor) -> list[ColumnGroup]:
    """All columns by where they come from; of nothing chosen, the entity's own are."""
    readable = all_fields(model.entity, actor)
    found = [ColumnGroup(model.entity.name, _choices(model, "", chosen or readable, actor))]
    for field in model.entity.visible_fields:
        if field.name in readable and (target := related_model(field)):
            found.append(ColumnGroup(f"{field.label} ({target.entity.name})", _choices(target, f"{field.name}.", chosen, actor)))
    return found


def _choices(model: type[Record], prefix: str, chosen: list[str], actor: Actor) -> list[OfferedColumn]:
    fields = {field.name: field for field in model.entity.visible_fields}
    names = [name for name in all_fields(model.entity, actor) if not prefix or name == "id" or fields[name].column]
    return [OfferedColumn(f"{prefix}{name}", label_row.label_of(model, name), f"{prefix}{name}" in chosen) for name in names]
