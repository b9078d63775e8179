"""What the designer's pages are rendered with."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.extensions import extensions
from crm.parameters import text_parameter
from crm.people.models import Role
from crm.people.permissions import may
from crm.people.requests import SignedInRequest
from crm.schema.definitions import EntityDefinition
from crm.schema.designer import offers
from crm.schema.designer.forms import NewFormForm, SettingsForm
from crm.schema.designs import checking, form_rules, stored_forms
from crm.schema.designs.form_rules import FormRuleContext
from crm.schema.form_design import FormDesign
from crm.schema.generated import current
from crm.schema.models import DataEntity, Form

Tab = Literal["record", "list", "settings"]
Context = dict[str, Any]  # Any: template variables
ELEMENT_ID = re.compile(r"[A-Za-z0-9_.-]{1,120}")


@dataclass(frozen=True)
class TabLink:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class PartHeading:
    """The words of a part of the list."""

    title: str
    about: str
    add: str
    none: str


def index(request: SignedInRequest, entity: DataEntity, forms: list[Form], new: NewFormForm) -> Context:
    rows = [{"form": form, "may_change": stored_forms.may_change(request.actor, form)} for form in forms]
    visible = {form.pk for form in forms}
    others = [
        form
        for form in stored_forms.manageable_forms(request.actor).filter(entity=entity).select_related("owner")
        if form.pk not in visible
    ]
    deleted = stored_forms.deleted_forms(entity, request.actor)
    return {
        "entity": entity,
        "rows": rows,
        "others": others,
        "new": new,
        "deleted": deleted,
        "may_schema": may(request.actor, "schema"),
    }


def settings(request: SignedInRequest, form: Form, settings_form: SettingsForm) -> Context:
    return {
        "entity": current.entity(form.entity.acronym),
        "form": form,
        "tabs": tabs(form, "settings"),
        "settings_form": settings_form,
        "may_share": may(request.actor, "shared_form", form.entity.acronym),
        "roles": [("", _("any role")), *Role.choices],
    }


def tab(
    request: SignedInRequest,
    form: Form,
    entity: EntityDefinition,
    shown: Tab,
    *,
    message: str = "",
    problem: str = "",
    focus: str = "",
    status: int = 200,
) -> HttpResponse:
    """The tab; to htmx only what changes in it."""
    fragment = f"schema/forms/_{shown}.html"
    context = {
        "entity": entity,
        "form": form,
        "tabs": tabs(form, shown),
        "fragment": fragment,
        "address": address(form, shown),
        "message": message,
        "problem": problem,
        "version": stored_forms.last_version(form),
        "faults": _faults(form.content(), entity),
    }
    if request.htmx and request.htmx.target == "palette":
        return render(request, "schema/forms/_found.html", context | _palette(request, form, entity))
    context |= _record(request, form, entity) if shown == "record" else _list(request, form, entity, problem)
    context["preview"] = extensions.form_preview(request, form, shown)
    return focused(render(request, fragment if request.htmx else "schema/forms/designer.html", context, status=status), focus)


def _faults(design: FormDesign, entity: EntityDefinition) -> list[str]:
    snapshot = current.models().snapshot
    return [*checking.faults(design, entity, snapshot), *form_rules.faults(FormRuleContext(design, entity, snapshot))]


def tabs(form: Form, shown: Tab) -> list[TabLink]:
    words: dict[Tab, str] = {"record": _("Record page"), "list": _("List"), "settings": _("Settings")}
    return [TabLink(label, address(form, each), each == shown) for each, label in words.items()]


def address(form: Form, shown: Tab) -> str:
    return reverse(f"form-{shown}", args=[form.entity.acronym, form.name])


def focused(response: HttpResponse, element_id: str) -> HttpResponse:
    """With the focus on an element: for browsers by the attribute, which htmx honours too."""
    if ELEMENT_ID.fullmatch(element_id):
        mark = f'id="{element_id}"'.encode()
        response.content = response.content.replace(mark, mark + b" autofocus", 1)
    return response


def _record(request: SignedInRequest, form: Form, entity: EntityDefinition) -> Context:
    design = form.content()
    sections = offers.section_rows(design, entity)
    fields = [section.key for section in sections if not section.is_clusters]
    return {
        "sections": sections,
        "to": request.POST.get("to") or (fields[-1] if fields else ""),
        "may_add_clusters": not any(section.is_clusters for section in sections),
        "related": offers.offered_related(design, entity, current.models().snapshot),
        "related_heading": PartHeading(
            _("Related records"),
            _(
                "Records of other entities that point to this one, such as the "
                "addresses of a customer; each is listed on the record's page."
            ),
            _("Records of"),
            _("No other entity points to this one. A field of type Relationship does."),
        ),
        "live_address": f"/crm/{entity.acronym}/new/?_form={form.name}",
        **_palette(request, form, entity),
    }


def _palette(request: SignedInRequest, form: Form, entity: EntityDefinition) -> Context:
    find = text_parameter(request.GET, "_find", longest=100)
    free, more = offers.palette(form.content(), entity, find)
    return {"free": free, "more": more, "find": find}


def _list(request: SignedInRequest, form: Form, entity: EntityDefinition, problem: str) -> Context:
    design, clusters = form.content(), extensions.cluster_fields(entity.acronym)
    orders, no_orders = offers.orders(entity)
    name, _space, direction = design.sort.partition(" ")
    return {
        "columns": offers.offered("list_columns", design, entity, clusters),
        "filters": offers.offered("filters", design, entity, clusters),
        "highlights": offers.offered("highlights", design, entity),
        "widths": [(0, _("as wide as its content")), *((width, _("%s pixels") % width) for width in checking.WIDTHS if width)],
        "orders": orders,
        "no_orders": no_orders,
        "sort": (name, direction),
        "query": request.POST.get("query", design.query) if problem else design.query,
        "headings": _headings(),
        "live_address": f"/crm/{entity.acronym}/?_form={form.name}",
    }


def _headings() -> dict[str, PartHeading]:
    return {
        "list_columns": PartHeading(
            _("Columns"),
            _("What the list shows of each record, from left to right."),
            _("Another column"),
            _("The list shows the first fields."),
        ),
        "filters": PartHeading(
            _("Filters"),
            _("Boxes above the list; best for fields of few different values."),
            _("Another filter"),
            _("No field can be a filter."),
        ),
        "highlights": PartHeading(
            _("Search highlights"),
            _("Shown with each record that a search finds, next to its columns."),
            _("Another highlight"),
            _("There is no field to highlight."),
        ),
    }
