"""Which function runs which kind of job, and which kinds run by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

    from crm.jobs.lease import RunningJob

# A handler returns what is worth keeping as JSON, or nothing. It starts from `running.checkpoint`, which is
# empty the first time, and beats at least twice a minute.
Handler = Callable[["RunningJob"], dict[str, Any] | None]

_handlers: dict[str, Handler] = {}
_every: dict[str, int] = {}
_labels: dict[str, StrOrPromise] = {}
_phases: dict[str, Mapping[str, StrOrPromise]] = {}


def register(
    kind: str,
    handler: Handler,
    *,
    label: StrOrPromise = "",
    phases: Mapping[str, StrOrPromise] | None = None,
    every: int | None = None,
) -> None:
    """`label` and `phases`: the kind and its phases in the words of a person; `every`: seconds between runs that nobody starts."""
    if _handlers.get(kind, handler) is not handler:
        raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
    _handlers[kind] = handler
    _labels[kind] = label
    _phases[kind] = phases or {}
    if every:
        _every[kind] = every


def is_known(kind: str) -> bool:
    return kind in _handlers


def handler(kind: str) -> Handler:
    return _handlers[kind]


def label_of(kind: str) -> str:
    return str(_labels.get(kind) or kind)


def phase_of(kind: str, phase: str) -> str:
    """A phase that is a sentence already stays one."""
    return str(_phases.get(kind, {}).get(phase, phase))


def intervals() -> dict[str, int]:
    return dict(_every)
