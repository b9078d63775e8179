"""The kinds of jobs that records register, which queues of earlier releases name."""

from crm.jobs import registry


def test_the_kinds_stay_as_they_are_stored():
    assert all(map(registry.is_known, ["keep-history", "backfill", "number"]))


def test_only_the_history_is_kept_by_itself_once_a_day():
    assert registry.intervals()["keep-history"] == 86_400
    assert not {"backfill", "number"} & registry.intervals().keys()
