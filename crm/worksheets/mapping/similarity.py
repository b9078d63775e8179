"""The field whose name is most like an unknown header: a hint for people, not enough to fill it."""

import difflib
from collections.abc import Iterator

from crm.records.validating import writable_fields
from crm.rules.folding import fold
from crm.schema.definitions import EntityDefinition, FieldDefinition
from crm.worksheets.mapping.synonyms import WORD, plain

LIKE_ENOUGH = 0.8


def suggestion(header: str, entity: EntityDefinition) -> str | None:
    """The field whose name or label, in any language, is most like the header."""
    fields = writable_fields(entity)
    known = {word: field.name for field in fields for word in _words(field)} | {"id": "id"}
    like = difflib.get_close_matches(plain(header), known, n=1, cutoff=LIKE_ENOUGH)
    return known[like[0]] if like else _contained(WORD.findall(fold(header)), fields)


def _contained(words: list[str], fields: list[FieldDefinition]) -> str | None:
    """“E-mail of the customer” holds all of “E-mail”, the longest label going
    first; “Birth” is a part of “Birth date”, the shortest going first."""
    labels = [(label, field.name) for field in fields for label in _labels(field)]
    within = [(len("".join(label)), name) for label, name in labels if _is_within(label, words)]
    around = [(-len("".join(label)), name) for label, name in labels if _is_within(words, label) and _is_half_of(words, label)]
    return max(within or around, default=(0, None))[1]


def _is_within(part: list[str], words: list[str]) -> bool:
    return len("".join(part)) > 2 and any(words[at : at + len(part)] == part for at in range(len(words)))


def _is_half_of(words: list[str], label: list[str]) -> bool:
    """“State” says too little to mean “State registration”."""
    return 2 * len("".join(words)) >= len("".join(label))


def _labels(field: FieldDefinition) -> list[list[str]]:
    return [WORD.findall(fold(label)) for label in field.labels.values()]


def _words(field: FieldDefinition) -> Iterator[str]:
    yield plain(field.name)
    yield from (plain(label) for label in field.labels.values() if plain(label))
