"""Limits against a feed that shrank or shifted: beyond one of them nothing is written until a manager lets the import go on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.local_numbers import local_number
from crm.people.actors import Actor
from crm.people.auditing import record_event
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.mapping.limit import Limit
from crm.worksheets.models import Worksheet
from crm.worksheets.results import Counts

# What each limit counts, and of how many its share is taken.
MEASURES: Mapping[str, Callable[[Counts], tuple[int, int]]] = {
    "max_refused": lambda counts: (counts.errors, counts.rows),
    "max_leave": lambda counts: (counts.leaving, counts.members),
    "max_changed": lambda counts: (counts.changed, counts.rows),
}


@dataclass(frozen=True)
class ExceededLimit:
    """`limit` is the choice that sets it, `value` what was counted, `allowed` the limit as it was written."""

    limit: str
    value: int
    allowed: str

    def __str__(self) -> str:
        return _sentence(self.limit, self.value) % {"n": local_number(self.value), "allowed": self.allowed}


class LimitExceeded(Exception):
    """The import stopped before it wrote anything."""

    done = 0

    def __init__(self, exceeded: list[ExceededLimit]) -> None:
        super().__init__(" ".join([_("Stopped; nothing was written."), *map(str, exceeded)]))


def exceeded_limits(worksheet: Worksheet) -> list[ExceededLimit]:
    """Those that the counts of the last rehearsal are beyond, and that nobody has let pass."""
    return list(_exceeded(ImportChoices.from_json(worksheet.choices), worksheet.tally, worksheet.released))


def stopping_limits(worksheet: Worksheet) -> list[ExceededLimit]:
    """Those that the counts are beyond, also where a manager has let them pass."""
    return list(_exceeded(ImportChoices.from_json(worksheet.choices), worksheet.tally, {}))


def held_limits(worksheet: Worksheet) -> dict[str, str]:
    """By name, the limits that only a manager may change: they have stopped this worksheet, or came with its recipe."""
    return worksheet.look.get("held", {}) | {stopping.limit: stopping.allowed for stopping in stopping_limits(worksheet)}


def refuse_exceeded(worksheet: Worksheet) -> None:
    """Raises LimitExceeded."""
    if exceeded := exceeded_limits(worksheet):
        raise LimitExceeded(exceeded)


def release(worksheet: Worksheet, *, by: Actor) -> None:
    """Lets the import pass its limits, up to what the rehearsal counted: if it is more by then, it stops again."""
    exceeded = exceeded_limits(worksheet)
    if not exceeded:
        return
    for passed in exceeded:
        worksheet.released |= {passed.limit: {"value": passed.value, "by": by.name, "at": timezone.now().isoformat()}}
    worksheet.problem = ""
    worksheet.save(update_fields=["released", "problem"])
    details = {passed.limit: f"{passed.value} > {passed.allowed}" for passed in exceeded}
    record_event(by, "import-released", subject=f"{worksheet.entity} #{worksheet.number}", details=details)


def _exceeded(choices: ImportChoices, counts: Counts, released: Mapping[str, Mapping[str, int]]) -> Iterator[ExceededLimit]:
    for name, measure in MEASURES.items():
        text = getattr(choices, name)
        value, total = measure(counts)
        is_released = value <= released.get(name, {}).get("value", -1)
        if text and not is_released and Limit.parse(text).is_exceeded(value, of=total):
            yield ExceededLimit(name, value, text)


def _sentence(limit: str, n: int) -> str:
    if limit == "max_refused":
        return ngettext(
            "%(n)s row is refused; at most %(allowed)s may be.",
            "%(n)s rows are refused; at most %(allowed)s may be.",
            n,
        )
    if limit == "max_leave":
        return ngettext(
            "%(n)s record would leave; at most %(allowed)s may.",
            "%(n)s records would leave; at most %(allowed)s may.",
            n,
        )
    return ngettext(
        "%(n)s record would change; at most %(allowed)s may.",
        "%(n)s records would change; at most %(allowed)s may.",
        n,
    )
