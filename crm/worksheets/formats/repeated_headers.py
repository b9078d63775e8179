"""Headers that occur twice are told apart by a number: `Phone`, `Phone (2)`."""

import re
from collections.abc import Collection, Iterable, Sequence

NUMBERED = re.compile(r"(.+) \(([2-9]|[1-9][0-9]{1,4})\)", re.DOTALL)


def told_apart(headers: Iterable[str]) -> list[str]:
    """Each name once, without regard to case; columns without a name keep none."""
    given = list(headers)
    taken, found = {header.lower() for header in given}, []
    seen: set[str] = set()
    for header in given:
        name = _numbered(header, taken) if header and header.lower() in seen else header
        seen.add(name.lower())
        taken.add(name.lower())
        found.append(name)
    return found


def originals(headers: Sequence[str]) -> list[str]:
    """What each of the headers, told apart, repeats, in its own spelling; a header that was given so is itself.

    Repeats are numbered in their order, past the numbers that were given: after `X` and `X (3)` an `X (2)` is no repeat.
    """
    taken = {header.lower() for header in headers}
    latest: dict[str, int] = {}  # number of each header, without regard to case
    found = []
    for header in headers:
        first, number = _divided(header)
        before = latest.get(first.lower())
        is_repeat = before is not None and number > before
        is_next = is_repeat and all(f"{first} ({n})".lower() in taken for n in range((before or 1) + 1, number))
        found.append(first if is_next else header)
        if is_next:
            latest[first.lower()] = number
        latest.setdefault(header.lower(), 1)
    return found


def _divided(header: str) -> tuple[str, int]:
    """`Phone (2)` as the header that it may repeat, and the number."""
    numbered = NUMBERED.fullmatch(header)
    return (numbered[1], int(numbered[2])) if numbered else (header, 1)


def _numbered(header: str, taken: Collection[str]) -> str:
    number = 2
    while f"{header} ({number})".lower() in taken:
        number += 1
    return f"{header} ({number})"
