"""A field for a column that has none: its type is detected from the cells, then it is published and filled by the column."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from django.utils.translation import gettext as _

from crm.jobs import locking
from crm.people.actors import Actor
from crm.schema import fieldtypes, names
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import new_fields
from crm.schema.errors import InvalidField
from crm.schema.fieldtypes import CellFormat
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish
from crm.worksheets.formats.formula_escaping import CLEAR, unguarded
from crm.worksheets.formats.reading import reader
from crm.worksheets.importing.preparing import reviewed_format
from crm.worksheets.importing.upload_file import opened_file
from crm.worksheets.mapping import guessing
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.models import Worksheet
from crm.worksheets.review import reviewing
from crm.worksheets.review.reviewing import Review

ROWS = 20_000  # are read
# From the narrowest to the widest; the last one takes everything.
LIKELY = (
    "Boolean", "Integer", "Long", "Decimal", "Date", "Date and Time", "Email", "Varchar 50", "Varchar 100", "Varchar 750", "Text",
)  # fmt: skip
NUMBERS = {"Integer", "Long", "Decimal"}
# As a number it would lose a zero or a plus: a postal code, a telephone.
CODE = re.compile(r"(\+|0[0-9])[0-9]*")


def likely_type(review: Review, position: int) -> str:
    """The narrowest type that takes every cell of the column. Raises UnreadableWorksheet."""
    column = review.inspection.columns[position]
    dates = guessing.sure_dates(column) or review.choices.dates
    decimal = guessing.sure_decimal(column) or review.choices.decimal
    return narrowest(_cells(review, position), CellFormat(dates, decimal))  # type: ignore[arg-type]  # as `Choices.cells`


def narrowest(cells: Sequence[str], form: CellFormat) -> str:
    filled = [cell.strip() for cell in cells if cell.strip() and cell != CLEAR]
    if not filled:
        return "Varchar 100"
    has_codes = any(map(CODE.fullmatch, filled))
    has_words = not all(map(str.isdecimal, filled))
    for label in LIKELY:
        fits_kind = has_words if label == "Boolean" else not (has_codes and label in NUMBERS)
        if fits_kind and not fieldtypes.get(label).convert_column(filled, FieldDefinition("column", label), form)[1]:
            return label
    return LIKELY[-1]


def add(review: Review, position: int, *, label: str, type_label: str, by: Actor) -> FieldDefinition:
    """Publishes the field and lets the column fill it, once however often it is asked for.

    Raises InvalidName, InvalidField, UnpublishableSchema.
    """
    with locking.held(f"new-field-{review.worksheet.number}"):
        stored = Worksheet.objects.values_list("choices", flat=True).get(pk=review.worksheet.pk)
        if review.inspection.headers[position] in ImportChoices.from_json(stored).map:
            raise InvalidField(_("The column fills a field by now: go back to the review."))
        return _added(review, position, label, type_label, by=by)


def _added(review: Review, position: int, label: str, type_label: str, *, by: Actor) -> FieldDefinition:
    entity = DataEntity.objects.get(acronym=review.worksheet.entity)
    name = names.proposed_name(label, entity.fields.values_list("name", flat=True))
    definition = new_fields.new_definition(name, type_label, label=label)
    draft_and_publish.add_and_publish(entity, definition, by=by)
    header, choices = review.inspection.headers[position], review.choices
    filled = replace(choices, map={**choices.map, header: name}, ignore=[other for other in choices.ignore if other != header])
    with current.pinned(current.newest()):
        reviewing.change(review.worksheet, filled)
    return definition


def _cells(review: Review, position: int) -> Sequence[str]:
    found = reviewed_format(review.worksheet, review.choices, review.model)
    with opened_file(review.worksheet) as file:
        rows = reader.rows_of(file, found)
        cells = [row.cells[position] if position < len(row.cells) else "" for row in islice(rows, ROWS)]
    return unguarded(cells)
