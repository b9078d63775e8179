"""A clock that can be set, and a job that nobody leases."""

from contextlib import contextmanager
from types import SimpleNamespace
from unittest import mock

import pytest


@pytest.fixture
def time_machine_at():
    @contextmanager
    def at(moment):
        with mock.patch("django.utils.timezone.now", return_value=moment):
            yield

    return at


@pytest.fixture
def fake_job():
    return SimpleNamespace(beat=lambda **_progress: None)
