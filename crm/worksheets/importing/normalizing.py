"""Rewrites cells as chosen for their column, before the field type converts them."""

import re
from collections.abc import Sequence
from typing import Literal

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.worksheets.mapping.choices import ColumnChoices

GROUPED = {
    ",": re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]*)?"),
    ".": re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?"),
}


def normalize(cells: Sequence[str], own: ColumnChoices, field: FieldDefinition, *, decimal: Literal[".", ","]) -> Sequence[str]:
    if own.values:
        cells = [own.values.get(meaning_key(cell), cell) for cell in cells]
    if own.is_grouped:
        cells = [without_groups(cell, decimal) for cell in cells]
    kind = fieldtypes.get(field.type)
    longest = getattr(kind, "longest", None)
    if own.is_cut and longest and "cut" in kind.reading_options:
        cells = [cell if len(cell) <= longest else cell.strip()[:longest] for cell in cells]
    return cells


def meaning_key(cell: str) -> str:
    """Under what the meaning of a cell is stored."""
    return cell.strip().lower()


def without_groups(cell: str, decimal: Literal[".", ","]) -> str:
    """`1.234,50` as `1234,50`; a cell that is not grouped rightly stays as it is."""
    text = cell.strip()
    return text.replace("." if decimal == "," else ",", "") if GROUPED[decimal].fullmatch(text) else cell
