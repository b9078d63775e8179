"""Facts of a command as lines for people: never as the language of the program writes them."""

from collections.abc import Iterator, Mapping
from typing import Any

Facts = Mapping[str, Any]  # Any: JSON values


def lines_of(facts: Facts) -> Iterator[str]:
    """A line per fact; of several values, or several groups of them, a line each."""
    for name, value in facts.items():
        label = name.replace("_", " ")
        for text in _texts(value):
            yield f"{label}: {text}"


def plain(value: Any) -> str:  # Any: a JSON value
    if value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {plain(each)}" for name, each in value.items())
    return ", ".join(map(plain, value)) if isinstance(value, list | tuple | set | frozenset) else str(value)


def _texts(value: Any) -> list[str]:  # Any: a JSON value
    if isinstance(value, Mapping) and any(isinstance(each, Mapping) for each in value.values()):
        return [f"{name}: {plain(each)}" for name, each in value.items()]
    if isinstance(value, list | tuple) and value:
        return [plain(each) for each in value]
    return [plain(value)]
