"""The moment that changes are dated with: now, unless somebody dates them back, as demo data does."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_dated: ContextVar[datetime | None] = ContextVar("dated", default=None)


def moment() -> datetime:
    return _dated.get() or timezone.now()


@contextmanager
def dated(at: datetime) -> Iterator[None]:
    """Within it, history and system fields say `at`."""
    token = _dated.set(at)
    try:
        yield
    finally:
        _dated.reset(token)
