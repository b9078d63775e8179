"""What the command menu offers for a text: places to go, commands to begin, and what other packages find."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from crm.extensions import MenuEntry, MenuGroup, extensions
from crm.people.permissions import may
from crm.people.requests import SignedInRequest
from crm.ui.navigation import places

MOST_OFFERED = 8  # in a group


def menu_groups(request: SignedInRequest, text: str) -> list[MenuGroup]:
    """Groups that are not empty, each with at most MOST_OFFERED."""
    pages = [MenuEntry(place.label, place.url) for place in places(request)]
    own = [MenuGroup(_("Go to"), _matching(pages, text)), MenuGroup(_("Begin"), _matching(_commands(request), text))]
    found = [group for _place, find in sorted(extensions.finders.items()) for group in find(request, text)]
    return [MenuGroup(group.heading, group.entries[:MOST_OFFERED]) for group in [*own, *found] if group.entries]


def has_words(label: str, text: str) -> bool:
    """Return True if every word is somewhere in the label, ignoring case."""
    return all(word in label.casefold() for word in text.casefold().split())


def _matching(entries: Iterable[MenuEntry], text: str) -> list[MenuEntry]:
    return [entry for entry in entries if has_words(entry.label, text)]


def _commands(request: SignedInRequest) -> list[MenuEntry]:
    links = (link for _place, link in sorted(extensions.commands.items()) if may(request.actor, link.verb))
    entities = [entity for entity in request.entities if may(request.actor, "write", entity.acronym)]
    new_records = (
        MenuEntry(_("New record: %(entity)s") % {"entity": entity.name}, f"/crm/{entity.acronym}/new/") for entity in entities
    )
    return [*(MenuEntry(str(link.label), link.url) for link in links), *new_records]
