"""Texts with wildcards, compared in Python."""

from collections.abc import Iterable


def is_like(text: str, parts: tuple[str, ...]) -> bool:
    """Return True if the text consists of these parts, in this order, with anything between them."""
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    if not (text.startswith(first) and text.endswith(last) and len(text) >= len(first) + len(last)):
        return False
    return _has_in_order(text[len(first) : len(text) - len(last)], middle)


def _has_in_order(text: str, parts: Iterable[str]) -> bool:
    place = 0
    for part in parts:
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return True
