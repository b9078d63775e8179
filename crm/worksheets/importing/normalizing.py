"""Rewrites cells as chosen for their column, before the field type converts them."""

from collections.abc import Sequence

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.worksheets.mapping.choices import ColumnChoices


def normalize(cells: Sequence[str], own: ColumnChoices, field: FieldDefinition) -> Sequence[str]:
    if own.values:
        cells = [own.values.get(meaning_key(cell), cell) for cell in cells]
    kind = fieldtypes.get(field.type)
    longest = getattr(kind, "longest", None)
    if own.is_cut and longest and "cut" in kind.reading_options:
        cells = [cell if len(cell) <= longest else cell.strip()[:longest] for cell in cells]
    if own.is_filled and "zeros" in kind.reading_options:
        cells = [kind.with_zeros(cell) for cell in cells]
    return cells


def meaning_key(cell: str) -> str:
    """Under what the meaning of a cell is stored."""
    return cell.strip().lower()
