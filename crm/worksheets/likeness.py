"""Which field a header means, when it is not named exactly so."""

import difflib
import re
from collections.abc import Iterator

from crm.rules.folding import fold
from crm.schema.definitions import EntityDefinition, FieldDefinition

LIKE_ENOUGH = 0.8
WORD = re.compile(r"[a-z0-9]+")


def suggestion(header: str, entity: EntityDefinition) -> str | None:
    """The field whose name or label, in any language, is most like the header."""
    known = {word: field.name for field in entity.visible_fields if field.column for word in _words(field)} | {"id": "id"}
    like = difflib.get_close_matches(plain(header), known, n=1, cutoff=LIKE_ENOUGH)
    return known[like[0]] if like else _contained(header, entity)


def plain(text: str) -> str:
    return "".join(WORD.findall(fold(text)))


def _contained(header: str, entity: EntityDefinition) -> str | None:
    """“E-mail of the customer” holds all of “E-mail”; the longest label goes first."""
    words = WORD.findall(fold(header))
    found = [
        (len(label), field.name)
        for field in entity.visible_fields
        if field.column
        for label in _labels(field)
        if _within(label, words)
    ]
    return max(found)[1] if found else None


def _within(label: list[str], words: list[str]) -> bool:
    return len("".join(label)) > 2 and any(words[at : at + len(label)] == label for at in range(len(words)))


def _labels(field: FieldDefinition) -> list[list[str]]:
    return [WORD.findall(fold(label)) for label in field.labels.values()]


def _words(field: FieldDefinition) -> Iterator[str]:
    yield plain(field.name)
    yield from (plain(label) for label in field.labels.values() if plain(label))
