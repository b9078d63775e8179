"""What the dashboard shows of worksheets: the last imports and how they went."""

from crm.extensions import DashboardPanel
from crm.people.requests import SignedInRequest
from crm.people.rules import may
from crm.worksheets.models import Worksheet

SHOWN = 5


def imports(request: SignedInRequest) -> DashboardPanel | None:
    if not may(request.actor, "import"):
        return None
    worksheets = Worksheet.objects.select_related("created_by")[:SHOWN]
    return DashboardPanel("worksheets/_last_imports.html", {"worksheets": worksheets}) if worksheets else None
