"""What the dashboard shows of worksheets: the last imports and how they went."""

from crm.extensions import DashboardPanel
from crm.people.requests import SignedInRequest
from crm.worksheets.access import as_listed, listed_worksheets, may_open

SHOWN = 5


def imports(request: SignedInRequest) -> DashboardPanel | None:
    worksheets = [
        (as_listed(worksheet, request.actor), may_open(request.actor, worksheet))
        for worksheet in listed_worksheets(request.actor)[:SHOWN]
    ]
    return DashboardPanel("worksheets/_last_imports.html", {"worksheets": worksheets}) if worksheets else None
