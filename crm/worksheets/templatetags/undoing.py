"""The part of an import's report that is about undoing it."""

from typing import Any

from django import template

from crm.people.permissions import may
from crm.records.undoing import CannotUndo, name_of
from crm.worksheets.importing import undo_jobs
from crm.worksheets.models import Worksheet

register = template.Library()


@register.inclusion_tag("worksheets/_undo.html", takes_context=True)
def undo_of(context: template.Context, worksheet: Worksheet) -> dict[str, Any]:  # Any: a template's context
    """`{% undo_of worksheet %}`: the undos so far, and the button for another where the reader may."""
    if not may(context["request"].actor, "undo", worksheet.entity):
        return {}
    try:
        target = undo_jobs.change_set_of(worksheet)
    except CannotUndo:
        return {}
    is_changed = bool(worksheet.counts.get("updated") or worksheet.counts.get("leaving"))
    undos = [(undo, name_of(undo.target)) for undo in undo_jobs.undos_of(worksheet)]
    return {
        "request": context["request"], "csrf_token": context.get("csrf_token"),
        "worksheet": worksheet, "target": target, "undos": undos, "is_undone": bool(undo_jobs.reason_against(target)),
        "may_download": is_changed and may(context["request"].actor, "export", worksheet.entity),
    }  # fmt: skip
