"""A second header row: the labels of the fields in one language; exported on request, detected in uploads."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from crm.schema.generated.related import related_model
from crm.schema.record import Record
from crm.worksheets.formats.formula_escaping import unguarded
from crm.worksheets.formats.rows import SheetRow
from crm.worksheets.mapping import column_mapping

NONE = 0


def label_of(model: type[Record], header: str) -> str:
    """In the language that is active; what is no field is called as it is."""
    name = column_mapping.field_named(header, model.entity)
    if name == "id":
        return _("Record id")
    first, _dot, rest = header.partition(".")
    relation = model.entity.field(first) if name is None and rest else None
    if relation and (target := related_model(relation)):
        return f"{label_of(model, first)}: {label_of(target, rest)}"
    field = model.entity.field(name or header)
    return field.label.strip() if field else header


def find_label_row(model: type[Record], headers: Sequence[str], rows: Sequence[SheetRow], header_row: int) -> int:
    """The place of the row right below the names if all that it holds are labels of these columns in one language; else NONE."""
    row = next((row for row in rows if row.number == header_row + 1), None) if header_row else None
    if row is None or row.problems:
        return NONE
    cells = [cell.strip() for cell in unguarded(row.cells)]
    return row.number if any(_are_labels(model, headers, cells, code) for code, _name in settings.LANGUAGES) else NONE


def _are_labels(model: type[Record], headers: Sequence[str], cells: Sequence[str], language: str) -> bool:
    if any(cells[len(headers) :]):
        return False
    filled = [(header, cell) for header, cell in zip(headers, cells, strict=False) if cell]
    with translation.override(language):
        fits = all(cell == label_of(model, header) for header, cell in filled)
    return fits and any(column_mapping.field_named(header, model.entity) for header, _cell in filled)
