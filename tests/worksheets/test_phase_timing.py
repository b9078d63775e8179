"""Phases of an import and their memory."""

import subprocess
import sys

from crm.worksheets import phase_timing


def test_each_phase_knows_its_rows():
    watch = phase_timing.Stopwatch()

    watch.begin("staging")
    watch.rows = 10
    watch.begin("staging")
    watch.begin("applying")
    watch.end()
    watch.end()

    assert [(phase["name"], phase["rows"]) for phase in watch.phases] == [("staging", 10), ("applying", 0)]


def test_a_phase_that_goes_on_in_another_run_is_told_once():
    before = [
        {"name": "staging", "rows": 10, "seconds": 2.0, "peak_mb": 9_000},
        {"name": "applying", "rows": 4, "seconds": 1.0, "peak_mb": 1},
    ]
    watch = phase_timing.Stopwatch(before)

    watch.begin("applying", rows=4)
    watch.rows = 7
    watch.end()

    assert [(phase["name"], phase["rows"]) for phase in watch.phases] == [("staging", 10), ("applying", 7)]
    assert (watch.phases[1]["seconds"] >= 1.0, watch.phases[1]["peak_mb"] > 1) == (True, True)


def test_the_peak_is_of_what_was_held_since():
    held = bytearray(60_000_000)
    before = phase_timing.peak_mb()
    del held

    phase_timing.reset_peak()

    assert before > 60
    assert 0 < phase_timing.peak_mb() <= before


def test_a_child_counts_with_what_it_held_itself():
    held = bytearray(60_000_000)  # what a process held when its child was born is not the child's
    waiting = [sys.executable, "-c", "print('ready', flush=True); input()"]
    with subprocess.Popen(waiting, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()  # on a busy machine its interpreter would not be loaded yet, and hold less than a megabyte
        del held
        phase_timing.reset_peak()
        alone = phase_timing.peak_mb()
        phase_timing.record_child_peak(child.pid)

    assert alone < phase_timing.peak_mb() < alone + 40
