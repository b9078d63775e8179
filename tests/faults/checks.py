"""What must be true when a faulty run is over: the page, the records and their history agree."""

from typing import Any

from tests.faults import worksheets
from tests.faults.site import FaultySite


def assert_imported(site: FaultySite, number: int) -> None:
    """The page tells what is there, what is there is what should be, and history explains all of it."""
    assert {name: worksheets.shown(record) for name, record in site.ask("records()").items()} == worksheets.expected()
    assert site.ask("worksheet({number})", number=number) == {"state": "partly", "problem": "", **worksheets.counts()}
    assert_told(site, number, worksheets.counts())
    assert_tidy(site)


def assert_told(site: FaultySite, number: int, counts: dict[str, Any]) -> None:
    """The report says these counts, and history has a change for each."""
    said = ", ".join(f"{counts[name]:,} {name}" for name in ("created", "updated", "unchanged") if counts[name])
    refused = f"{counts['errors']} row was refused." if counts["errors"] == 1 else f"{counts['errors']} rows were refused."
    assert f"{said}. {refused}" in site.ask("page({number})", number=number)
    assert site.ask("written({number})", number=number) == counts["created"] + counts["updated"]


def assert_partly(site: FaultySite, number: int, before: dict[str, Any]) -> None:
    """Of an import that failed: every record is as it was or as it is to be, and page and history say how many are which."""
    was = {name: worksheets.shown(record) for name, record in before.items()}
    now = {name: worksheets.shown(record) for name, record in site.ask("records()").items()}
    changed = [name for name in now if now[name] != was.get(name)]
    assert set(was) <= set(now)
    assert {name: now[name] for name in changed} == {name: worksheets.expected()[name] for name in changed}
    assert site.ask("written({number})", number=number) == len(changed)
    said = f"{len(changed):,} changes were written before and stay." if changed else "Nothing was written."
    assert said in site.ask("page({number})", number=number)
    assert site.ask("unexplained()") == []


def assert_undone(site: FaultySite, before: dict[str, Any]) -> None:
    counts = worksheets.counts()
    undo = site.ask("newest_undo()")
    assert site.ask("records()") == before
    assert (undo["state"], undo["records"]) == ("done", {"restored": counts["updated"], "removed": counts["created"], "kept": 0})
    assert_tidy(site)


def assert_tidy(site: FaultySite) -> None:
    assert site.ask("unexplained()") == []
    assert site.ask("tables()") == []
