"""Headers that occur twice are told apart by a number: `Phone`, `Phone (2)`."""

import re
from collections.abc import Collection, Iterable

NUMBERED = re.compile(r"(.+) \(([2-9]|[1-9][0-9]+)\)", re.DOTALL)


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


def first_of(header: str, headers: Collection[str]) -> str:
    """The header that a numbered one repeats, in its own spelling; any other header is itself."""
    numbered = NUMBERED.fullmatch(header)
    return numbered[1] if numbered and numbered[1].lower() in headers else header


def _numbered(header: str, taken: Collection[str]) -> str:
    number = 2
    while f"{header} ({number})".lower() in taken:
        number += 1
    return f"{header} ({number})"
