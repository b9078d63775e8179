"""What a search shows of each record in addition to the columns: the form's highlights, with the matching words marked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from crm.records.cells import cells_of
from crm.rules.folding import fold
from crm.schema.definitions import FieldDefinition
from crm.schema.record import Record

LONGEST = 80
BEFORE = 20  # characters before the first word of a text that is too long

Span = tuple[int, int]


@dataclass(frozen=True)
class Highlight:
    label: str
    text: SafeString


def highlights_of(records: Sequence[Record], fields: Sequence[FieldDefinition], keyword: str) -> list[list[Highlight]]:
    """For each record its filled fields, in the order of the form."""
    words = [fold(word) for word in keyword.split()]
    columns = [(field.label, [cell.text for cell in cells_of(records, field, {})]) for field in fields]
    return [[Highlight(label, marked(texts[at], words)) for label, texts in columns if texts[at]] for at in range(len(records))]


def marked(text: str, words: Sequence[str]) -> SafeString:
    """Return the text, or a piece of a long one, with the folded words marked whatever their case and accents."""
    spans = list(_spans(text, words))
    start = max(spans[0][0] - BEFORE, 0) if spans and len(text) > LONGEST else 0
    end = min(start + LONGEST, len(text))
    pieces, at = ["…" if start else ""], start
    for first, last in spans:
        if at <= first < end:
            pieces += [format_html("{}<mark>{}</mark>", text[at:first], text[first : min(last, end)])]
            at = min(last, end)
    return mark_safe("".join([*pieces, format_html("{}", text[at:end]), "…" if end < len(text) else ""]))  # noqa: S308  # each piece is escaped


def _spans(text: str, words: Sequence[str]) -> Iterator[Span]:
    """Where the words stand, from left to right and without overlaps."""
    places = [(at, letter) for at, character in enumerate(text) for letter in fold(character)]
    folded = "".join(letter for _at, letter in places)
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)
    for found in re.finditer(pattern, folded) if pattern else ():
        yield places[found.start()][0], places[found.end() - 1][0] + 1
