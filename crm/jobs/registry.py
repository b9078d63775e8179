"""Which function runs which kind of job, and which kinds run on a schedule."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.functional import Promise

from crm.jobs.labels import set_labels
from crm.jobs.lease import RunningJob
from crm.jobs.models import Job
from crm.people.actors import Actor

# A handler returns what is worth keeping as JSON, or nothing. It starts from `running.checkpoint`, which is
# empty the first time, and beats at least twice a minute.
Handler = Callable[[RunningJob], dict[str, Any] | None]

Refused = Callable[[RunningJob, str], None]
Cancelled = Callable[[Job, Actor], None]
Needed = Callable[[], bool]

_handlers: dict[str, Handler] = {}
_intervals: dict[str, int] = {}
_needed: dict[str, Needed] = {}
_verbs: dict[str, str] = {}
_required: dict[str, str] = {}
_refused: dict[str, Refused] = {}
_cancelled: dict[str, Cancelled] = {}


def register(
    kind: str,
    handler: Handler,
    *,
    label: str | Promise = "",
    phases: Mapping[str, str | Promise] | None = None,
    every: int | None = None,
    needed: Needed | None = None,
    others: str = "people",
    verb: str = "",
    refused: Refused | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """`label` and `phases`: the kind and its phases in words for people; `every`: seconds between scheduled runs; `needed`: asked
    first, for a kind that looks often and seldom finds something to do.

    `others`: the verb of `may` that a user needs to see and stop such jobs of other users.
    `verb`: the one that whoever started it must still have when it runs; `refused` stores elsewhere that it was not run, and why;
    `cancelled` that somebody stopped it while it waited, so that no handler noticed.
    """
    if _handlers.get(kind, handler) is not handler:
        raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
    _handlers[kind] = handler
    set_labels(kind, label, phases or {})
    _verbs[kind] = others
    _required[kind] = verb
    if refused:
        _refused[kind] = refused
    if cancelled:
        _cancelled[kind] = cancelled
    if needed:
        _needed[kind] = needed
    if every:
        _intervals[kind] = every


def is_known(kind: str) -> bool:
    return kind in _handlers


def handler(kind: str) -> Handler:
    return _handlers[kind]


def required_verb(kind: str) -> str:
    return _required.get(kind, "")


def store_refusal(running: RunningJob, reason: str) -> None:
    if refused := _refused.get(running.job.kind):
        refused(running, reason)


def store_cancelled(job: Job, by: Actor) -> None:
    if cancelled := _cancelled.get(job.kind):
        cancelled(job, by)


def is_needed(kind: str) -> bool:
    """Return True if a scheduled run has something to do; without an answer of its own, a kind always has."""
    return _needed[kind]() if kind in _needed else True


def kinds_under(verbs: Iterable[str]) -> list[str]:
    """The kinds whose jobs of other users take one of these verbs."""
    return [kind for kind, verb in _verbs.items() if verb in set(verbs)]


def verbs_for_others() -> set[str]:
    return set(_verbs.values())


def intervals() -> dict[str, int]:
    return dict(_intervals)
