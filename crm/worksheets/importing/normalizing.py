"""Rewrites cells as chosen for their column, before the field type converts them."""

from collections.abc import Sequence

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.apostrophes import without_apostrophe
from crm.schema.fieldtypes.broken_text import with_letters, without_nothing, without_point
from crm.worksheets.mapping.choices import ColumnChoices


def normalize(cells: Sequence[str], own: ColumnChoices, field: FieldDefinition) -> Sequence[str]:
    if own.values:
        cells = [own.values.get(meaning_key(cell), cell) for cell in cells]
    if own.is_unquoted:
        cells = list(map(without_apostrophe, cells))
    if own.is_blanked:
        cells = list(map(without_nothing, cells))
    kind = fieldtypes.get(field.type)
    if own.is_decoded and "letters" in kind.reading_options:
        cells = list(map(with_letters, cells))
    longest = getattr(kind, "longest", None)
    if own.is_cut and longest and "cut" in kind.reading_options:
        cells = [cell if len(cell) <= longest else cell.strip()[:longest] for cell in cells]
    if own.is_filled and "zeros" in kind.reading_options:
        cells = [kind.with_zeros(cell) for cell in cells]
    if own.is_unpointed and "points" in kind.reading_options:
        cells = list(map(without_point, cells))
    if own.is_bared and "around" in kind.reading_options:
        cells = [kind.without_surroundings(cell) for cell in cells]
    return cells


def meaning_key(cell: str) -> str:
    """Under what the meaning of a cell is stored."""
    return cell.strip().lower()


def divided_names(cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The first word of each whole name, and the others; `Pires, Ana` begins with the last name."""
    pairs = [_divided(cell) for cell in cells]
    return tuple(first for first, _rest in pairs), tuple(rest for _first, rest in pairs)


def _divided(cell: str) -> tuple[str, str]:
    last, comma, first = cell.partition(",")
    if comma and "," not in first and first.strip():
        return first.strip(), last.strip()
    words = cell.split()
    return (words[0], " ".join(words[1:])) if words else ("", "")
