"""Kinds of jobs and their phases are named for people."""

import pytest

from crm.jobs import labels


@pytest.fixture(autouse=True)
def _count(monkeypatch):
    monkeypatch.setattr(labels, "_labels", {})
    monkeypatch.setattr(labels, "_phases", {})
    labels.set_labels("count", "Counting", {"sum": "Adding up"})


def test_a_kind_without_a_label_is_its_own():
    assert (labels.label_of("count"), labels.label_of("purge")) == ("Counting", "purge")


def test_a_phase_that_is_a_sentence_stays_one():
    phases = [labels.phase_label("count", phase) for phase in ("sum", "Waiting for Ana")]

    assert phases == ["Adding up", "Waiting for Ana"]
