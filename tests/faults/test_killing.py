"""A worker that is killed, in each phase and at random moments: another goes on, nothing is lost and nothing done twice.

Each test imports the worksheet and takes it back again, so that the next one finds the site as it was.
"""

import random
import time

import pytest

from tests.faults.checks import assert_imported, assert_undone
from tests.faults.conftest import TIMES, in_the_long_form, is_long


def killed(site, job: str, moment: str) -> None:
    site.start_worker()
    site.wait_until(f"{site.of(job)} AND {moment}")
    site.kill_workers()


@pytest.mark.parametrize(
    "moment", ["phase = 'staging'", in_the_long_form("phase = 'comparing'"), "phase = 'applying' AND done > 300"]
)
def test_an_import_goes_on_whatever_phase_it_is_killed_in(site, listed, moment):
    number, _before = listed
    job = site.ask("start_import({number})", number=number)

    killed(site, job, moment)

    assert site.finish(job)["state"] == "done"
    assert_imported(site, number)


@pytest.mark.parametrize("moment", [in_the_long_form("phase = 'comparing'"), "phase = 'restoring' AND done > 300"])
def test_an_undo_goes_on_whatever_phase_it_is_killed_in(site, listed, moment):
    number, before = listed
    assert site.finish(site.ask("start_import({number})", number=number))["state"] == "done"
    site.kill_workers()
    job = site.ask("start_undo({number})", number=number)

    killed(site, job, moment)

    assert site.finish(job)["state"] == "done"
    assert_undone(site, before)


@pytest.mark.skipif(not is_long(), reason="in the long form: set FAULTS")
def test_an_import_goes_on_however_often_it_is_killed(site, listed):
    number, _before = listed
    job = site.ask("start_import({number})", number=number)

    for done in (100, 400, 700):
        killed(site, job, f"phase = 'applying' AND done > {done}")

    assert site.finish(job)["state"] == "done"
    assert_imported(site, number)


@pytest.mark.parametrize("seed", range(TIMES))
def test_import_and_undo_go_on_whenever_they_are_killed(site, listed, seed):
    number, before = listed
    dice = random.Random(seed)
    job = site.ask("start_import({number})", number=number)
    killed_at_random(site, job, dice)
    assert site.finish(job)["state"] == "done"
    assert_imported(site, number)

    site.kill_workers()
    job = site.ask("start_undo({number})", number=number)
    killed_at_random(site, job, dice)
    assert site.finish(job)["state"] == "done"
    assert_undone(site, before)


def killed_at_random(site, job: str, dice: random.Random) -> None:
    """Once or twice, within what the whole work takes."""
    for _time in range(dice.choice([1, 1, 2])):
        site.start_worker()
        site.wait_until(f"{site.of(job)} AND state <> 'queued'")
        time.sleep(dice.uniform(0, 1.5))
        site.kill_workers()
