"""Which function runs which kind of job, and which kinds run on a schedule."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise

from crm.jobs.labels import set_labels
from crm.jobs.lease import RunningJob

# A handler returns what is worth keeping as JSON, or nothing. It starts from `running.checkpoint`, which is
# empty the first time, and beats at least twice a minute.
Handler = Callable[[RunningJob], dict[str, Any] | None]

_handlers: dict[str, Handler] = {}
_intervals: dict[str, int] = {}


def register(
    kind: str,
    handler: Handler,
    *,
    label: str | Promise = "",
    phases: Mapping[str, str | Promise] | None = None,
    every: int | None = None,
) -> None:
    """`label` and `phases`: the kind and its phases in words for people; `every`: seconds between scheduled runs."""
    if _handlers.get(kind, handler) is not handler:
        raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
    _handlers[kind] = handler
    set_labels(kind, label, phases or {})
    if every:
        _intervals[kind] = every


def is_known(kind: str) -> bool:
    return kind in _handlers


def handler(kind: str) -> Handler:
    return _handlers[kind]


def intervals() -> dict[str, int]:
    return dict(_intervals)
