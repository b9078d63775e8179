"""Several of a list of options."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import FieldType
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.choice import Choice, options_of, words_of
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.fieldtypes.options import CHOICES
from crm.schema.fieldtypes.text import clean_text

BETWEEN = "\n"  # before, between and after the values in the column: no value has one, so that asking for one of them is exact
CELL = re.compile(r"(?:[^;\\]|\\.)+")  # a cell's values; `\;` is a semicolon within one, `\\` a backslash
CELL_SQL = r"replace(replace(replace({trim}, '\', '\\'), ';', '\;'), {line}, ';')"
# Between options, where no semicolon is; `Beer and Rum`, `cerveja e rum`.
OTHER_SIGNS = re.compile(r"(\s*(?::::|[,|/+&])\s*|\s+(?:and|e|y)\s+)", re.IGNORECASE)
MOST_BOXES = 12  # more are a list to pick from
ONE = Choice()


class Choices(FieldType):
    """options["choices"] as of a Choice. Kept as a text of the values in
    the order of the options, so that it can be searched and compared."""

    label = "Choices"
    kind = "choices"
    options = (CHOICES,)
    has_few_values = True
    cell_expressions = {
        "postgresql": CELL_SQL.format(trim="btrim({x}, chr(10))", line="chr(10)"),
        "sqlite": CELL_SQL.format(trim="trim({x}, char(10))", line="char(10)"),
    }
    can_be_unique = False
    can_be_sorted = False

    def column(self, field: FieldDefinition) -> models.Field:
        return models.TextField(null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        """Takes a list of values or labels, or a text of them as a cell or the column has it."""
        if raw is None:
            return None
        if not isinstance(raw, str | list | tuple):
            raise InvalidValue(_("This takes a list of options."))
        named = [name for part in values_of(raw) for name in divided(part, field)] if isinstance(raw, str) else raw
        found = {ONE.read(name, field) for name in named}
        return kept(value for value, _label in options_of(field) if value in found)

    def held_value(self, cell: str, field: FieldDefinition, form: CellFormat) -> str | None:
        """Options of which the field no longer offers some."""
        return kept(values_of(clean_text(cell, longest=None, has_lines=True)))

    def cell(self, value: Any, field: FieldDefinition) -> str:
        return ";".join(re.sub(r"([;\\])", r"\\\1", one) for one in values_of(value))

    def to_json(self, value: Any, field: FieldDefinition) -> list[str] | None:
        return None if value is None else values_of(value)

    def to_history(self, value: Any, field: FieldDefinition) -> str | None:
        return value

    def from_history(self, value: Any, field: FieldDefinition) -> str | None:
        """Options that the field no longer offers are kept."""
        return value if isinstance(value, str) and value.startswith(BETWEEN) else self.read(value, field)

    def widget(self, field: FieldDefinition) -> forms.Widget:
        options = options_of(field)
        return (forms.CheckboxSelectMultiple if len(options) <= MOST_BOXES else forms.SelectMultiple)(choices=options)

    def filter_options(self, field: FieldDefinition) -> list[tuple[str, str]]:
        return options_of(field)

    def form_value(self, value: Any, field: FieldDefinition) -> list[str]:
        return values_of(value)

    def display(self, value: Any, field: FieldDefinition) -> str:
        labels = dict(options_of(field))
        return ", ".join(labels.get(one, one) for one in values_of(value))


def values_of(text: str | None) -> list[str]:
    """The values of a text as the column or a cell has it."""
    if not text:
        return []
    found = text.split(BETWEEN) if text.startswith(BETWEEN) else _cell_values(text)
    return [one for one in (trimmed(part) for part in found) if one]


def divided(text: str, field: FieldDefinition) -> list[str]:
    """Options that other programs divide by a comma, a bar, `and` or `:::`; a text with no known option among them stays whole.

    The longest options are taken first, since one may hold a comma itself.
    """
    known = {word.lower() for option in field.options.get("choices", []) for word in words_of(option)}
    pieces = OTHER_SIGNS.split(text)
    found: list[str] = []
    while pieces:
        size = next((n for n in range(len(pieces), 0, -2) if "".join(pieces[:n]).strip().lower() in known), 1)
        found.append("".join(pieces[:size]).strip())
        pieces = pieces[size + 1 :]
    return [one for one in found if one] if any(one.lower() in known for one in found) else [text]


def _cell_values(cell: str) -> Iterator[str]:
    for line in cell.splitlines():
        yield from (re.sub(r"\\(.)", r"\1", part) for part in CELL.findall(line))


def kept(values: Iterable[str]) -> str | None:
    """The text of the column."""
    joined = BETWEEN.join(values)
    return f"{BETWEEN}{joined}{BETWEEN}" if joined else None
