"""What the frame around every page shows: navigation, marked where one is."""

from dataclasses import dataclass, replace
from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from crm.extensions import FormEntry, extensions
from crm.people.requests import SignedInRequest
from crm.people.rules import may

SHOWN = 10  # entities; the others are one click away
MANY = 40  # entities; beyond, they have a page of their own
SPREAD = 20  # places of forms that are shown at once; beyond, those of the entity where one is


@dataclass(frozen=True)
class Place:
    """`icon` is a name of lucide's; `under` are the forms of an entity."""

    label: str
    url: str
    icon: str
    current: bool = False
    under: tuple["Place", ...] = ()

    @property
    def holds_current(self) -> bool:
        return self.current or any(place.current for place in self.under)


def frame(request: HttpRequest) -> dict[str, Any]:  # Any: template variables
    """Worked out where a page shows it: fragments do not."""
    actor = getattr(request, "actor", None)
    if actor is None or not may(actor, "read"):
        return {"navigation": None}
    return {"navigation": SimpleLazyObject(lambda: _navigation(cast(SignedInRequest, request)))}


def _navigation(request: SignedInRequest) -> dict[str, Any]:  # Any: template variables
    return {
        "dashboard": _marked(request, Place(_("Dashboard"), "/", "layout-dashboard")),
        **_shown(request, _entities(request)),
        "work": [_marked(request, place) for place in _work()],
        "set_up": _set_up(request),
        "account": _marked(request, Place(str(request.user), "/account/", "circle-user")),
    }


def _shown(request: SignedInRequest, entities: list[Place]) -> dict[str, Any]:  # Any: template variables
    """The first entities; of many others only the one where one is, and the way to all of them."""
    first, others = entities[:SHOWN], entities[SHOWN:]
    here = [place for place in others if place.holds_current]
    if len(entities) <= MANY:
        return {"entities": first, "more": others, "is_in_more": bool(here)}
    everything = Place(_("All %s entities") % len(entities), "/crm/", "ellipsis", request.path == "/crm/")
    return {"entities": [*first, *here, everything]}


def places(request: SignedInRequest) -> list[Place]:
    """Everywhere that the navigation leads, forms after their entity."""
    found = _navigation(request)
    forms = [place for entity in _entities(request) for place in (entity, *entity.under)]
    return [found["dashboard"], *forms, *found["work"], *found["set_up"], found["account"]]


def _work() -> list[Place]:
    return [Place(_("Clusters"), "/clusters/", "tags"), Place(_("Worksheets"), "/worksheets/", "file-spreadsheet")]


def _entities(request: SignedInRequest) -> list[Place]:
    forms = extensions.other_forms(request.actor)
    by_entity: dict[str, list[FormEntry]] = {}
    for form in forms:
        by_entity.setdefault(form.entity, []).append(form)
    readable = (entity for entity in getattr(request, "entities", []) if may(request.actor, "read", entity.acronym))
    places = (_entity(request, entity, by_entity.get(entity.acronym, [])) for entity in readable)
    return [place if len(forms) <= SPREAD or place.holds_current else replace(place, under=()) for place in places]


def _entity(request: SignedInRequest, entity: Any, forms: list[FormEntry]) -> Place:  # Any: ui knows nothing of entities
    url = f"/crm/{entity.acronym}/"
    asked = request.GET.get("_form", "") if request.path.startswith(url) else ""
    under = tuple(Place(form.label, f"{url}?_form={form.name}", "form", form.name == asked) for form in forms)
    is_here = request.path.startswith(url) and not any(place.current for place in under)
    return Place(entity.name, url, _icon(entity), is_here, under)


def _icon(entity: Any) -> str:  # Any: ui knows nothing of entities
    return "users" if entity.acronym == "CL" else "table-2"


def _set_up(request: SignedInRequest) -> list[Place]:
    offered = [
        (Place(_("Schema"), "/schema/", "database"), "schema"),
        (Place(_("Jobs"), "/jobs/", "activity"), "read"),
        (Place(_("People"), "/people/", "user-cog"), "people"),
    ]
    return [_marked(request, place) for place, verb in offered if may(request.actor, verb)]


def _marked(request: SignedInRequest, place: Place) -> Place:
    is_here = request.path == "/" if place.url == "/" else request.path.startswith(place.url)
    return Place(place.label, place.url, place.icon, is_here)
