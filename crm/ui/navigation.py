"""The navigation: every place that a person may go to, with the current one marked."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.extensions import FormEntry, SiteLink, extensions
from crm.parameters import text_parameter
from crm.people.permissions import may
from crm.people.requests import SignedInRequest

SHOWN = 10  # entities; the others are one click away
MOST_LISTED = 40  # entities; with more, they have a page of their own
MOST_FORMS = 20  # shown at once; with more, only those of the current entity

SET_UP = [
    SiteLink(gettext_lazy("Schema"), "/schema/", "schema", "database"),
    SiteLink(gettext_lazy("Jobs"), "/jobs/", "read", "activity"),
    SiteLink(gettext_lazy("People"), "/people/", "people", "user-cog"),
]


@dataclass(frozen=True)
class NavigationPlace:
    """`icon` is a name of lucide's; `forms` are those of an entity."""

    label: str
    url: str
    icon: str
    current: bool = False
    forms: tuple["NavigationPlace", ...] = ()

    @property
    def holds_current(self) -> bool:
        return self.current or any(form.current for form in self.forms)


@dataclass(frozen=True)
class Navigation:
    """`more` are the entities behind a click, unless there are so many that `entities` ends with a link to all of them."""

    dashboard: NavigationPlace
    entities: list[NavigationPlace]
    more: list[NavigationPlace]
    work: list[NavigationPlace]
    set_up: list[NavigationPlace]
    account: NavigationPlace

    @property
    def is_in_more(self) -> bool:
        return any(place.holds_current for place in self.more)


def build_navigation(request: SignedInRequest) -> Navigation:
    entities, more = _shown(request, _entities(request))
    return Navigation(
        _place(request, SiteLink(_("Dashboard"), "/", "read", "layout-dashboard")),
        entities,
        more,
        _places(request, [link for _position, link in sorted(extensions.navigation.items())]),
        _places(request, SET_UP),
        _place(request, SiteLink(str(request.user), "/account/", "read", "circle-user")),
    )


def places(request: SignedInRequest) -> list[NavigationPlace]:
    """Everywhere that the navigation leads, forms after their entity."""
    navigation = build_navigation(request)
    entities = [place for entity in _entities(request) for place in (entity, *entity.forms)]
    return [navigation.dashboard, *entities, *navigation.work, *navigation.set_up, navigation.account]


def _shown(request: SignedInRequest, entities: list[NavigationPlace]) -> tuple[list[NavigationPlace], list[NavigationPlace]]:
    """The first entities and the others; of very many others only the current one, and a link to all entities."""
    first, others = entities[:SHOWN], entities[SHOWN:]
    if len(entities) <= MOST_LISTED:
        return first, others
    everything = NavigationPlace(_("All %s entities") % len(entities), "/crm/", "ellipsis", request.path == "/crm/")
    return [*first, *(place for place in others if place.holds_current), everything], []


def _entities(request: SignedInRequest) -> list[NavigationPlace]:
    forms = extensions.other_forms(request.actor)
    by_entity: dict[str, list[FormEntry]] = {}
    for form in forms:
        by_entity.setdefault(form.entity, []).append(form)
    readable = (entity for entity in getattr(request, "entities", []) if may(request.actor, "read", entity.acronym))
    found = (_entity(request, entity, by_entity.get(entity.acronym, [])) for entity in readable)
    return [place if len(forms) <= MOST_FORMS or place.holds_current else replace(place, forms=()) for place in found]


def _entity(
    request: SignedInRequest, entity: Any, forms: list[FormEntry]
) -> NavigationPlace:  # Any: ui knows nothing of entities
    url = f"/crm/{entity.acronym}/"
    is_within = request.path.startswith((url, f"/crm/incomplete/{entity.acronym}/"))
    current = text_parameter(request.GET, "_form") if is_within else ""
    places = tuple(NavigationPlace(form.label, f"{url}?_form={form.name}", "form", form.name == current) for form in forms)
    is_current = is_within and not any(place.current for place in places)
    return NavigationPlace(entity.name, url, "users" if entity.acronym == "CL" else "table-2", is_current, places)


def _places(request: SignedInRequest, links: list[SiteLink]) -> list[NavigationPlace]:
    return [_place(request, link) for link in links if may(request.actor, link.verb)]


def _place(request: SignedInRequest, link: SiteLink) -> NavigationPlace:
    is_current = request.path == "/" if link.url == "/" else request.path.startswith(link.url)
    return NavigationPlace(str(link.label), link.url, link.icon, is_current)
