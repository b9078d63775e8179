"""What must be true when a faulty run is over: the page, the records and their history agree."""

from typing import Any

from tests.faults import worksheets
from tests.faults.site import FaultySite


def assert_imported(site: FaultySite, number: int) -> None:
    """The page tells what is there, what is there is what should be, and history explains all of it."""
    assert {name: worksheets.shown(record) for name, record in site.ask("records()").items()} == worksheets.expected()
    assert site.ask("worksheet({number})", number=number) == {"state": "partly", "problem": "", **worksheets.counts()}
    assert_tidy(site)


def assert_undone(site: FaultySite, before: dict[str, Any]) -> None:
    counts = worksheets.counts()
    undo = site.ask("newest_undo()")
    assert site.ask("records()") == before
    assert (undo["state"], undo["records"]) == ("done", {"restored": counts["updated"], "removed": counts["created"], "kept": 0})
    assert_tidy(site)


def assert_tidy(site: FaultySite) -> None:
    assert site.ask("unexplained()") == []
    assert site.ask("tables()") == []
