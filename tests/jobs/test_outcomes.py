"""How work ended is reported once, and not where it goes on."""

import psycopg
import pytest
from django.db import OperationalError

from crm.jobs.errors import Cancelled, LeaseLost, Stopping
from crm.jobs.outcomes import outcome


def away() -> OperationalError:
    error = OperationalError("closed")
    error.__cause__ = psycopg.OperationalError("closed")
    return error


@pytest.fixture
def reported():
    return []


@pytest.mark.parametrize(
    "error, expected",
    [
        (Cancelled(), ["cancelled"]),
        (Stopping(), ["interrupted"]),
        (KeyboardInterrupt(), ["interrupted"]),
        (ValueError("wrong"), ["failed: wrong"]),
        (LeaseLost(), []),
        (away(), []),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_what_ended_the_work_is_reported_and_raised(reported, error, expected):
    with pytest.raises(type(error)), outcome(**callbacks(reported)):
        raise error

    assert reported == expected


def test_work_that_is_done_reports_nothing(reported):
    with outcome(**callbacks(reported)):
        pass

    assert reported == []


def callbacks(reported):
    return {
        "failed": lambda error: reported.append(f"failed: {error}"),
        "cancelled": lambda: reported.append("cancelled"),
        "interrupted": lambda: reported.append("interrupted"),
    }
