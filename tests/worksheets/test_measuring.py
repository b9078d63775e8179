"""Phases of an import and their memory."""

from crm.worksheets import measuring


def test_each_phase_knows_its_rows():
    watch = measuring.Stopwatch()

    watch.begin("staging")
    watch.rows = 10
    watch.begin("staging")
    watch.begin("applying")
    watch.end()
    watch.end()

    assert [(phase["name"], phase["rows"]) for phase in watch.phases] == [("staging", 10), ("applying", 0)]


def test_the_peak_is_of_what_was_held_since():
    held = bytearray(60_000_000)
    before = measuring.peak_mb()
    del held

    measuring.forget_peak()

    assert before > 60
    assert 0 < measuring.peak_mb() <= before
