"""A worker that is killed in the middle of an undo or of a redo: what it leaves, once resumed, is what an undisturbed run leaves."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults import worksheets
from tests.faults.checks import assert_tidy
from tests.faults.conftest import in_the_long_form, undisturbed
from tests.faults.site import FaultySite

STARTS = {"undo": "start_undo({number})", "redo": "start_redo({number})"}
NONE, RESTORING = "", "job.phase == 'restoring'"
MOMENTS = {
    "before it compares": "job.phase == 'comparing'",
    "when all is compared": f"{RESTORING} and not inside and not job.checkpoint",
    "while values are exchanged": f"{RESTORING} and inside and job.done == 0",
    "when values are exchanged": f"{RESTORING} and not inside and job.checkpoint.get('together')",
    "before a chunk is committed": f"{RESTORING} and inside and job.done > 100",
    "between chunks": f"{RESTORING} and not inside and job.done > 100",
    "between removals": f"{RESTORING} and not inside and job.checkpoint.get('step') == 1 and job.checkpoint['row']",
    "when all is back": f"{RESTORING} and not inside and job.done == job.total",
}
ALWAYS = [("undo", "while values are exchanged"), ("undo", "between removals"), ("redo", "between chunks")]
KILLS = [
    (act, moment) if (act, moment) in ALWAYS else in_the_long_form(act, moment)
    for act in STARTS
    for moment in MOMENTS
    if (act, moment) != ("redo", "between removals")  # a redo brings back what the undo removed, with the values
]
BY_HAND = (
    "[update('p304@example.com', lastName='By hand'), update('p400@example.com', firstName='By hand'),"
    " update('p1000@example.com', lastName='By hand'), delete('p1001@example.com'), delete('p305@example.com')]"
)


@pytest.fixture(scope="module")
def undisturbed_outcomes(site) -> dict[str, dict[str, Any]]:
    found = {}
    for act in STARTS:
        with undisturbed(site):
            found[act] = outcome(site, act, NONE)
    return found


@pytest.mark.parametrize(("act", "moment"), KILLS)
def test_a_killed_undo_ends_as_an_undisturbed_one(site, undisturbed_outcomes, act, moment):
    with undisturbed(site):
        assert outcome(site, act, MOMENTS[moment]) == undisturbed_outcomes[act]


@pytest.fixture
def noted(site) -> Iterator[None]:
    """There is a field `note`, and all have one."""
    site.ask("publish_again('note', 'Varchar 50')")
    with undisturbed(site):
        imported(site, notes("first"))
        yield
    site.ask("hide('note')")


@pytest.mark.usefixtures("noted")
@pytest.mark.parametrize(
    "moment",
    [
        in_the_long_form("before it compares"),
        in_the_long_form("when all is compared"),
        "when values are exchanged",
        "between chunks",
    ],
)
def test_a_field_that_is_hidden_meanwhile_is_kept_from_then_on(site, moment):
    """Whether the worker is killed then or not: what is back stays, what is not is listed."""
    undisturbed_run, killed_run = (undone_while_hidden(site, MOMENTS[moment], is_killed=killed) for killed in (False, True))

    assert killed_run == undisturbed_run
    kept = {"before it compares": 600, "when all is compared": 600, "when values are exchanged": 600}.get(moment, 400)
    assert undisturbed_run["counts"]["values"] == {"restored": 1200 - kept, "kept": kept}


def undone_while_hidden(site: FaultySite, moment: str, *, is_killed: bool) -> dict[str, Any]:
    with undisturbed(site):
        job = site.ask(STARTS["undo"], number=imported(site, notes("second")))
        with site.held(job, moment):
            site.ask("hide('note')")
            if is_killed:
                site.kill_workers()
        done(site, job)
        report = site.ask("newest_undo_report()")
        site.ask("show('note')")
        assert_tidy(site)
        return {"records": site.ask("records()"), **report}


def notes(word: str) -> str:
    return "\n".join(
        ["email,note,lastName", *(f"p{number}@example.com,{word} {number},{word}" for number in worksheets.THERE), ""]
    )


def outcome(site: FaultySite, act: str, moment: str) -> dict[str, Any]:
    """Of an undo or redo of an import after which people wrote by hand; its worker is killed at the moment, if one is given."""
    number = imported(site, worksheets.second_text())
    site.ask(BY_HAND)
    if act == "redo":
        done(site, site.ask(STARTS["undo"], number=number))
    audited = site.ask("audited_undos()")
    job = site.ask(STARTS[act], number=number)
    if moment:
        with site.held(job, moment):
            site.kill_workers()
    done(site, job)
    assert site.ask("audited_undos()") == audited + 1
    assert_tidy(site)
    return {"records": site.ask("records()"), **site.ask("newest_undo_report()")}


def imported(site: FaultySite, text: str) -> int:
    number = site.ask("upload({text})", text=text)
    done(site, site.ask("start_import({number})", number=number))
    return number


def done(site: FaultySite, job: str) -> None:
    assert site.finish(job)["state"] == "done"
    site.kill_workers()
