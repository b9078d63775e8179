"""Which fields a header means: by name, label, earlier worksheets, the table of synonyms, without qualifiers, misspelt."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from crm.schema.definitions import EntityDefinition
from crm.worksheets.mapping.column_mapping import may_be_filled
from crm.worksheets.mapping.synonyms import FULL_NAME, plain, synonyms, unqualified

NAME, LABEL, FORMER, SYNONYM, QUALIFIED, MISSPELT = range(6)  # from the surest
SHORTEST = 8  # letters of a word that is recognised although one letter is wrong
DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Meaning:
    """A field, or FULL_NAME; the lower `strength` and then `rank`, the surer."""

    field: str
    strength: int
    rank: int = 0


@dataclass(frozen=True)
class HeaderMeanings:
    """Of the headers of one worksheet; `former` are fields by header in earlier ones."""

    entity: EntityDefinition
    former: Mapping[str, str]

    def of(self, header: str, *, spelled: str) -> Iterator[Meaning]:
        """`spelled` is the header as it stands in the file where that repeats another; the surest first."""
        low, word, bare = header.lower(), plain(header), unqualified(header)
        meant = [
            *self._named(low, word),
            *_meaning(self.former.get(spelled.strip().lower()), FORMER),
            *self._synonym(word, SYNONYM),
            *(self._common(bare) if bare and bare != word else ()),
            *_meaning(self._misspelt(word), MISSPELT),
        ]
        yield from (meaning for meaning in meant if meaning.field == FULL_NAME or may_be_filled(meaning.field, self.entity))

    def _named(self, low: str, word: str) -> Iterator[Meaning]:
        yield from _meaning("id" if low == "id" else self._names.get(low), NAME)
        for rank, (known, written) in enumerate(((self._labels, low), (self._all_labels, low), (self._plain, word))):
            yield from _meaning(known.get(written), LABEL, rank)

    def _synonym(self, word: str, strength: int) -> Iterator[Meaning]:
        rank, field = synonyms(self.entity.acronym).get(word, (0, None))
        is_known = field in {FULL_NAME, "id"} or (field is not None and self.entity.field(field) is not None)
        yield from _meaning(field if is_known else None, strength, rank)

    def _common(self, bare: str) -> Iterator[Meaning]:
        """Of a header without its qualifiers; the customer's id is not the record's."""
        yield from _meaning(self._plain.get(bare), QUALIFIED)
        yield from (meaning for meaning in self._synonym(bare, QUALIFIED) if meaning.field != "id")

    def _misspelt(self, word: str) -> str | None:
        """The field whose name or label differs by one letter, but not in a number."""
        near = {known for part in _shortened(word) for known in self._by_part.get(part, ())}
        fields = {self._plain[known] for known in near if DIGITS.findall(known) == DIGITS.findall(word)}
        return fields.pop() if len(fields) == 1 and len(word) >= SHORTEST else None

    @cached_property
    def _names(self) -> dict[str, str]:
        return {field.name.lower(): field.name for field in self.entity.visible_fields}

    @cached_property
    def _labels(self) -> dict[str, str]:
        """In the reader's language."""
        return _first((field.label.lower(), field.name) for field in self.entity.visible_fields)

    @cached_property
    def _all_labels(self) -> dict[str, str]:
        fields = self.entity.visible_fields
        return _first((label.lower(), field.name) for field in fields for label in field.labels.values())

    @cached_property
    def _plain(self) -> dict[str, str]:
        words = [*self._names.items(), *self._all_labels.items()]
        return _first((plain(word), name) for word, name in words if plain(word))

    @cached_property
    def _by_part(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self._plain:
            for part in _shortened(word) if len(word) >= SHORTEST - 1 else ():
                found.setdefault(part, []).append(word)
        return found


def _meaning(field: str | None, strength: int, rank: int = 0) -> Iterator[Meaning]:
    if field:
        yield Meaning(field, strength, rank)


def _first(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word, name in pairs:
        found.setdefault(word, name)
    return found


def _shortened(word: str) -> set[str]:
    """The word, and the word without each of its letters: two that differ by one letter share one."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))} if len(word) <= 60 else set()
