"""The preview next to the form designer: an empty record page, or the first rows of the list."""

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from crm.extensions import extensions
from crm.people.actors import Actor
from crm.people.requests import SignedInRequest
from crm.records.access import readable
from crm.records.cells import RecordRow, chips_of, rows_of, with_clusters
from crm.records.forms.record_form import RecordForm
from crm.records.forms.record_view import build_record_view
from crm.records.layouts import Layout, layout_from
from crm.records.lists.list_query import ListQuery, with_default_rule
from crm.records.lists.listing import first_records, place_of_clusters
from crm.schema.form_design import CLUSTERS_COLUMN
from crm.schema.generated import current
from crm.schema.models import Form
from crm.schema.record import Record

ROWS = 5


def form_preview(request: SignedInRequest, form: Form, part: str) -> str:
    model = current.models()[form.entity.acronym]
    layout = layout_from(model.entity, form)
    context = _record(model, layout, request.actor) if part == "record" else _list(model, layout, request.actor)
    return render_to_string(f"records/_preview_{part}.html", context, request)


def _record(model: type[Record], layout: Layout, actor: Actor) -> dict[str, object]:
    # A prefix of their own: the designer next to it uses the usual ids.
    form = RecordForm(build_record_view(model.entity, layout, None, actor=actor), actor=actor, auto_id="preview_%s")
    return {"form": form}


def _list(model: type[Record], layout: Layout, actor: Actor) -> dict[str, object]:
    query, _problem = with_default_rule(ListQuery({}), model, layout, actor=actor)
    columns = readable(actor, model.entity, layout.columns)
    clusters = extensions.clusters(actor, model.entity.acronym)
    records = first_records(model, layout, query, actor=actor, size=ROWS, clusters=clusters)
    at = place_of_clusters(layout, columns) if clusters else None
    rows: list[RecordRow] = rows_of(records, columns, model.entity, chips_of(clusters))
    filters = [field.label for field in readable(actor, model.entity, layout.filters)]
    if clusters and layout.clusters_filter is not None:
        filters.insert(layout.clusters_filter, _("Clusters"))
    headings = [(column.label, layout.widths.get(column.name, 0)) for column in columns]
    if at is not None:
        rows = with_clusters(rows, at, clusters)
        headings.insert(at, (_("Clusters"), layout.widths.get(CLUSTERS_COLUMN, 0)))
    return {"headings": headings, "rows": rows, "filters": filters, "query": query.where}
