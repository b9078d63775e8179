"""Who may open an import: its owner, managers and administrators.
Everybody who may import into its entity sees that it exists."""

from copy import copy

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from crm.people.actors import Actor
from crm.people.permissions import may, require
from crm.worksheets.models import Worksheet


def may_open(actor: Actor, worksheet: Worksheet) -> bool:
    """Return True if the actor may see file, rows and review, and stop, resume or discard the import."""
    return may(actor, "import", worksheet.entity, owner=worksheet.created_by_id)


def require_open(actor: Actor, worksheet: Worksheet) -> None:
    """Raises PermissionDenied."""
    require(actor, "import", worksheet.entity, owner=worksheet.created_by_id)


def worksheet_for(actor: Actor, number: int) -> Worksheet:
    """Raises Http404, or PermissionDenied for one that belongs to someone else."""
    worksheet = get_object_or_404(Worksheet.objects.select_related("created_by"), number=number)
    require_open(actor, worksheet)
    return worksheet


def listed_worksheets(actor: Actor) -> QuerySet[Worksheet]:
    """The imports that the actor may know of; show them by `as_listed`."""
    known = Worksheet.objects.select_related("created_by")
    return known if may(actor, "import") else known.none()


def openable_worksheets(actor: Actor) -> QuerySet[Worksheet]:
    listed = listed_worksheets(actor)
    return listed if may(actor, "oversee") else listed.filter(created_by=actor.user_id)


def as_listed(worksheet: Worksheet, actor: Actor) -> Worksheet:
    """For a list: without file name and problem, which may quote a cell, where the actor may not open it. Never saved."""
    if may_open(actor, worksheet):
        return worksheet
    shown = copy(worksheet)
    shown.name = shown.problem = ""
    return shown
