"""Worksheets in the command menu."""

from django.utils.translation import gettext as _

from crm.extensions import MenuEntry, MenuGroup
from crm.people.requests import SignedInRequest
from crm.worksheets.access import openable_worksheets

OFFERED = 5


def find(request: SignedInRequest, text: str) -> list[MenuGroup]:
    """The last ones by name: one query."""
    if not text:
        return []
    worksheets = openable_worksheets(request.actor).filter(name__icontains=text)[:OFFERED]
    found = [
        MenuEntry(sheet.name, sheet.get_absolute_url(), f"#{sheet.number} · {sheet.get_state_display()}") for sheet in worksheets
    ]
    return [MenuGroup(_("Worksheets"), found)]
