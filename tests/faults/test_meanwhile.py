"""What people do while an import runs: they publish, and they write by hand."""

from collections.abc import Iterator

import pytest

from tests.faults import worksheets
from tests.faults.checks import assert_imported, assert_tidy, assert_told
from tests.faults.conftest import undisturbed

BETWEEN_CHUNKS = "job.phase == 'applying' and job.done > 100 and not inside"


def test_a_field_that_is_published_meanwhile_hinders_nobody(site, listed):
    number, _before = listed
    job = site.ask("start_import({number})", number=number)

    with site.held(job, BETWEEN_CHUNKS):
        site.ask("publish_field('later', 'Varchar 50', default='new')")

    assert site.ask("job({job})", job=job)["state"] == "done"
    assert_imported(site, number)
    later = [record["later"] for record in site.ask("records()").values() if int(record["userId"][1:]) >= 600]
    assert set(later) == {None, "new"}  # those before and those after
    site.ask("hide('later')")


@pytest.fixture
def noted(site) -> Iterator[None]:
    """There is a field `note`."""
    site.ask("publish_again('note', 'Varchar 50')")
    with undisturbed(site):
        yield
    site.ask("hide('note')")


@pytest.mark.usefixtures("noted")
@pytest.mark.parametrize("is_killed", [False, True])
def test_a_field_that_is_hidden_meanwhile_hinders_nobody(site, is_killed):
    lines = [f"n{number}@example.com,note {number}" for number in range(400)]
    number = site.ask("upload({text})", text="\n".join(["email,note", *lines, ""]))
    job = site.ask("start_import({number})", number=number)

    with site.held(job, BETWEEN_CHUNKS):
        site.ask("hide('note')")
        if is_killed:
            site.kill_workers()

    assert site.finish(job)["state"] == "done"
    assert site.ask("worksheet({number})", number=number)["created"] == len(lines)
    site.ask("show('note')")
    notes = {name: record["note"] for name, record in site.ask("records()").items() if name.startswith("n")}
    assert notes == {f"n{number}@example.com": f"note {number}" for number in range(len(lines))}
    assert_tidy(site)


def test_what_people_write_meanwhile_is_compared_anew(site, listed):
    """She who is edited is updated all the same, she who is there by now is updated, she who is gone is refused."""
    number, _before = listed
    job = site.ask("start_import({number})", number=number)

    with site.held(job, BETWEEN_CHUNKS):
        site.ask(
            "[update('p304@example.com', lastName='By hand'), create(email='p604@example.com', userId='x', firstName='By hand'),"
            " delete('p305@example.com')]"
        )

    assert site.ask("job({job})", job=job)["state"] == "done"
    expected = worksheets.expected()
    del expected["p305@example.com"]
    assert {name: worksheets.shown(record) for name, record in site.ask("records()").items()} == expected
    was = worksheets.counts()
    now = was | {"created": was["created"] - 1, "updated": was["updated"], "errors": was["errors"] + 1}
    assert site.ask("worksheet({number})", number=number) == {"state": "partly", "problem": "", **now}
    assert_told(site, number, now)
    assert_tidy(site)
