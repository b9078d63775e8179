"""What the frame around every page shows: navigation, marked where one is."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from crm.people.rules import may


@dataclass(frozen=True)
class Place:
    """`icon` is a name of lucide's."""

    label: str
    url: str
    icon: str
    current: bool = False


def frame(request: HttpRequest) -> dict[str, Any]:  # Any: template variables
    actor = getattr(request, "actor", None)
    if actor is None or not may(actor, "read"):
        return {"work_places": [], "set_up_places": []}
    account = _marked(request, Place(str(request.user), "/account/", "circle-user"))
    return {"work_places": _work(request), "set_up_places": _set_up(request), "account_place": account}


def _work(request: HttpRequest) -> list[Place]:
    entities = [Place(entity.name, f"/crm/{entity.acronym}/", _icon(entity)) for entity in getattr(request, "entities", [])]
    dashboard = Place(_("Dashboard"), "/", "layout-dashboard")
    fixed = [Place(_("Clusters"), "/clusters/", "tags"), Place(_("Worksheets"), "/worksheets/", "file-spreadsheet")]
    return [_marked(request, place) for place in [dashboard, *entities, *fixed]]


def _icon(entity: Any) -> str:  # Any: ui knows nothing of entities
    return "users" if entity.acronym == "CL" else "table-2"


def _set_up(request: HttpRequest) -> list[Place]:
    offered = [
        (Place(_("Schema"), "/schema/", "database"), "schema"),
        (Place(_("Jobs"), "/jobs/", "activity"), "read"),
        (Place(_("People"), "/people/", "user-cog"), "people"),
    ]
    return [_marked(request, place) for place, verb in offered if may(request.actor, verb)]


def _marked(request: HttpRequest, place: Place) -> Place:
    is_here = request.path == "/" if place.url == "/" else request.path.startswith(place.url)
    return Place(place.label, place.url, place.icon, is_here)
