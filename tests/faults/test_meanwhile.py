"""What people do while an import runs: they publish, and they write by hand."""

import os

import pytest

from tests.faults import worksheets
from tests.faults.checks import assert_imported, assert_tidy

# The import may end before people come to anything, so only who asks for the long form is told.
pytestmark = pytest.mark.skipif("FAULTS" not in os.environ, reason="a race with the worker: set FAULTS")


def begun(site, number: int) -> str:
    """An import that has come some way."""
    job = site.ask("start_import({number})", number=number)
    site.start_worker()
    site.wait_until(f"{site.of(job)} AND phase = 'applying' AND done > 100")
    return job


def test_a_field_that_is_published_meanwhile_hinders_nobody(site, listed):
    number, _before = listed
    job = begun(site, number)

    site.ask("publish_field('later', 'Varchar 50', default='new')")

    assert site.finish(job)["state"] == "done"
    assert_imported(site, number)
    new = [record["later"] for record in site.ask("records()").values() if record["userId"] > "u600"]
    assert set(new) == {None, "new"}
    site.ask("hide('later')")


def test_a_field_that_is_hidden_meanwhile_hinders_nobody(site):
    site.ask("publish_field('note', 'Varchar 50')")
    lines = [f"n{number}@example.com,note {number}" for number in range(2_000)]
    number = site.ask("upload({text})", text="\n".join(["email,note", *lines, ""]))
    job = begun(site, number)

    site.ask("hide('note')")

    assert site.finish(job)["state"] == "done"
    assert site.ask("worksheet({number})", number=number)["created"] == len(lines)
    site.ask("show('note')")
    notes = {name: record["note"] for name, record in site.ask("records()").items() if name.startswith("n")}
    assert notes == {f"n{number}@example.com": f"note {number}" for number in range(len(lines))}
    assert_tidy(site)
    assert site.finish(site.ask("start_undo({number})", number=number))["state"] == "done"


def test_what_people_write_meanwhile_is_compared_anew(site):
    """She who is edited is updated all the same, she who is there by now is updated, she who is gone is refused."""
    number = site.ask("upload({text})", text=worksheets.second_text())
    job = begun(site, number)

    site.ask(
        "[update('p304@example.com', lastName='By hand'), create(email='p604@example.com', userId='x', firstName='By hand'),"
        " delete('p305@example.com')]"
    )

    assert site.finish(job)["state"] == "done"
    expected = worksheets.expected()
    del expected["p305@example.com"]
    assert {name: worksheets.shown(record) for name, record in site.ask("records()").items()} == expected
    counts = site.ask("worksheet({number})", number=number)
    was = worksheets.counts()
    now = {"created": was["created"] - 1, "updated": was["updated"], "errors": was["errors"] + 1}
    assert {name: counts[name] for name in now} == now
    assert counts["rows"] == sum(counts[name] for name in ("created", "updated", "unchanged", "skipped", "errors"))
    assert_tidy(site)
