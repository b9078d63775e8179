"""What every field type answers: column, validator, form field, cells and JSON."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition

Kind = Literal["boolean", "text", "choice", "integer", "decimal", "date", "datetime"]


class InvalidValue(ValueError):
    """A value that the field refuses; the message is for the person who typed it."""


@dataclass(frozen=True)
class CellFormat:
    """How a worksheet writes dates, decimals and local times."""

    dates: Literal["iso", "dmy", "mdy"] = "iso"
    decimal: Literal[".", ","] = "."


@dataclass(frozen=True)
class Refusal:
    """One cell of a converted column that was refused: its place in the column, the raw cell, the reason."""

    position: int
    cell: str
    reason: str


class FieldType:
    """A kind of field. Subclasses say what is written below; the rest follows."""

    label: ClassVar[str]  # as contract and API write it: `Varchar 50`
    kind: ClassVar[Kind]
    rule_kind: ClassVar[str] = ""  # as `crm.rules` compares it, where that is not `kind`
    needs_default: ClassVar[bool] = False  # the column is NOT NULL with a database default
    can_be_unique: ClassVar[bool] = True
    can_be_filter: ClassVar[bool] = True
    can_be_searched: ClassVar[bool] = False
    # What nearly every cell looks like, empty ones aside; `usual_value` then reads them without more judging.
    usual: ClassVar[re.Pattern[str] | None] = None

    def column(self, field: FieldDefinition) -> models.Field:
        """The Django field of the column: null, or not null with `db_default`; never unique, never an index."""
        raise NotImplementedError

    def clean(self, raw: Any, field: FieldDefinition) -> Any:
        """The typed value of a raw one (form text, JSON, cell text); empty is None. Raises InvalidValue."""
        raise NotImplementedError

    def clean_cell(self, cell: str, field: FieldDefinition, form: CellFormat) -> Any:
        """As `clean`, for the text of a worksheet cell."""
        return self.clean(cell, field)

    def looks_usual(self, cells: Sequence[str], form: CellFormat) -> bool:
        return self.usual is not None and all(map(self.usual.fullmatch, filter(None, cells)))

    def usual_value(self, cell: str) -> Any:
        """The typed value of a cell that looks usual. Raises ValueError or ArithmeticError where `clean` must judge after all."""
        raise ValueError(cell)

    def convert_column(self, cells: Sequence[str], field: FieldDefinition, form: CellFormat) -> tuple[list[Any], list[Refusal]]:
        """Typed values of a whole column (None where refused or empty), and what was refused. Equal cells are judged once."""
        if self.looks_usual(cells, form):
            with suppress(ValueError, ArithmeticError):
                return [self.usual_value(cell) if cell else None for cell in cells], []
        known: dict[str, Any] = {"": None}
        wrong: dict[str, str] = {}
        for cell in set(cells) - {""}:
            try:
                known[cell] = self.clean_cell(cell, field, form)
            except InvalidValue as refusal:
                known[cell], wrong[cell] = None, str(refusal)
        refusals = [Refusal(i, cell, wrong[cell]) for i, cell in enumerate(cells) if cell in wrong] if wrong else []
        return [known[cell] for cell in cells], refusals

    def cell(self, value: Any, field: FieldDefinition) -> str:
        """The text that a worksheet shows for a value; reading it gives the value back."""
        return "" if value is None else str(value)

    def to_json(self, value: Any, field: FieldDefinition) -> Any:
        return value

    def form_field(self, field: FieldDefinition) -> forms.Field:
        """The form field; its text is judged by `clean`, so it converts nothing itself."""
        return forms.CharField(required=not field.nullable, label=field.label, help_text=field.description)

    def display(self, value: Any, field: FieldDefinition) -> str:
        """What a page shows, in the reader's locale."""
        return self.cell(value, field)


def must_be(what: str, raw: Any) -> InvalidValue:
    return InvalidValue(_("“%(value)s” is not %(what)s.") % {"value": str(raw)[:60], "what": what})
