"""What the frame around every page shows: navigation, marked where one is."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from crm.people.rules import may


@dataclass(frozen=True)
class Place:
    label: str
    url: str
    current: bool


def frame(request: HttpRequest) -> dict[str, Any]:  # Any: template variables
    actor = getattr(request, "actor", None)
    if actor is None or not may(actor, "read"):
        return {"work_places": [], "set_up_places": []}
    return {"work_places": _work(request), "set_up_places": _set_up(request)}


def _work(request: HttpRequest) -> list[Place]:
    entities = [(entity.name, f"/crm/{entity.acronym}/") for entity in getattr(request, "entities", [])]
    fixed = [(_("Clusters"), "/clusters/"), (_("Worksheets"), "/worksheets/")]
    return _places(request, [(_("Dashboard"), "/"), *entities, *fixed])


def _set_up(request: HttpRequest) -> list[Place]:
    offered = [(_("Schema"), "/schema/", "schema"), (_("Jobs"), "/jobs/", "read"), (_("People"), "/people/", "people")]
    return _places(request, [(label, url) for label, url, verb in offered if may(request.actor, verb)])


def _places(request: HttpRequest, offered: list[tuple[str, str]]) -> list[Place]:
    path = request.path
    return [Place(label, url, path == url if url == "/" else path.startswith(url)) for label, url in offered]
