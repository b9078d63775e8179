"""What the command menu offers for a text: places to go, things to begin, and what other packages find."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from crm.extensions import MenuEntry, MenuGroup, extensions
from crm.people.requests import SignedInRequest
from crm.people.rules import may
from crm.ui.context import places

LONGEST = 200  # characters
OFFERED = 8  # of a kind


def groups(request: SignedInRequest, text: str) -> list[MenuGroup]:
    """Groups that have something, each with at most OFFERED."""
    own = [MenuGroup(_("Go to"), _named(_places(request), text)), MenuGroup(_("Begin"), _named(_deeds(request), text))]
    found = [group for _place, find in sorted(extensions.finders.items()) for group in find(request, text)]
    return [MenuGroup(group.heading, group.found[:OFFERED]) for group in [*own, *found] if group.found]


def has_words(label: str, text: str) -> bool:
    """Whether every word is somewhere in a label, whatever the case."""
    return all(word in label.casefold() for word in text.casefold().split())


def _named(found: Iterable[MenuEntry], text: str) -> list[MenuEntry]:
    return [one for one in found if has_words(one.label, text)]


def _places(request: SignedInRequest) -> list[MenuEntry]:
    return [MenuEntry(place.label, place.url) for place in places(request)]


def _deeds(request: SignedInRequest) -> list[MenuEntry]:
    offered = [
        ("cluster", MenuEntry(_("New cluster"), "/clusters/new/")),
        ("import", MenuEntry(_("Upload a worksheet"), "/worksheets/new/")),
        *(
            ("write", MenuEntry(_("New record: %(entity)s") % {"entity": entity.name}, f"/crm/{entity.acronym}/new/"))
            for entity in request.entities
        ),
    ]
    return [found for verb, found in offered if may(request.actor, verb)]
