"""Text of limited and unlimited length."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import CellFormat, FieldType, Kind
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.fieldtypes.masks import Masking, may_be_masked, refuse_masked
from crm.schema.fieldtypes.options import BY_DIGITS, PATTERN, Limit, refusing

# Control characters break lists and files that show them; line breaks and tabs are kept where text may have several lines.
CONTROL = re.compile(r"[\x01-\x1f\x7f\x80-\x9f\ud800-\udfff]")
CONTROL_BUT_LINES = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff]")
LONGEST_UNIQUE = 2_600  # bytes that every index holds (see `generated.index_sizes`): 750 characters of any living script


def clean_text(raw: Any, *, longest: int | None, control: re.Pattern[str] = CONTROL) -> str | None:  # Any: raw values
    """Trimmed text without control characters; empty is None. Raises InvalidValue for NUL and over-long text."""
    if raw is None:
        return None
    if isinstance(raw, bool | list | dict):
        raise InvalidValue(_("This takes text."))
    text = str(raw)
    if "\x00" in text:
        raise InvalidValue(_("The text holds a NUL character."))
    text = control.sub("", text).strip()
    if longest is not None and len(text) > longest:
        raise InvalidValue(
            _("The text is %(n)s characters long; at most %(longest)s fit.") % {"n": len(text), "longest": longest}
        )
    return text or None


def within_index() -> Limit:
    """On SQLite too, which has no such limit: values are to move between the databases."""
    reason = _("A unique text takes at most %s bytes; emoji and rare characters take four each.")
    return refusing(lambda text: len(text.encode()) <= LONGEST_UNIQUE, lambda: reason % f"{LONGEST_UNIQUE:,}")


class TextType(FieldType):
    """Text of at most `longest` characters, or of any length where that is None. The base of every type whose column is text."""

    kind: ClassVar[Kind] = "text"
    is_textual = True
    can_be_searched = True
    longest: ClassVar[int | None]
    keeps_any_text: ClassVar[bool] = False  # there is no text of that length which it refuses or reads as another
    control: ClassVar[re.Pattern[str]] = CONTROL
    input_attributes: ClassVar[dict[str, str]] = {}  # of the browser's input: type, inputmode

    def column(self, field: FieldDefinition) -> models.Field:
        if self.longest is None:
            return models.TextField(null=True, db_column=field.name)
        return models.CharField(max_length=self.longest, null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = clean_text(raw, longest=self.longest, control=self.control)
        if text:
            refuse_masked(text, self.masking(field))
        return text

    def from_history(self, value: Any, field: FieldDefinition) -> str | None:
        return clean_text(value, longest=self.longest, control=self.control)

    def limits(self, field: FieldDefinition) -> list[Limit]:
        """Also what the index of a unique field cannot hold: very long texts of emoji or rare characters."""
        may_exceed = field.unique and self.longest is not None and 4 * self.longest > LONGEST_UNIQUE
        return [*super().limits(field), *([within_index()] if may_exceed else [])]

    def masking(self, field: FieldDefinition) -> Masking:
        """What of a value is refused as masked."""
        return "digits" if self.compared == "by digits" or field.options.get("by_digits") else "words"

    def common_value(self, cell: str) -> str:
        return cell

    def widget(self, field: FieldDefinition) -> forms.Widget:
        return forms.TextInput(attrs=self.input_attributes)


class Varchar(TextType):
    """Any text on one line."""

    options = (PATTERN, BY_DIGITS)
    keeps_any_text = True
    reading_options = frozenset({"cut"})
    longest: ClassVar[int]

    def read_column(self, cells: Sequence[str], field: FieldDefinition, form: CellFormat) -> tuple[list[Any], dict[str, str]]:
        """Most columns need no reading cell by cell, which one check of the whole column shows."""
        together = "".join(cells)
        if (
            max(map(len, cells), default=0) <= self.longest
            and together.isprintable()
            and not may_be_masked(together, self.masking(field))
        ):
            return [cell or None for cell in map(str.strip, cells)], {}
        return super().read_column(cells, field, form)


class Varchar10(Varchar):
    label, longest = "Varchar 10", 10


class Varchar50(Varchar):
    label, longest = "Varchar 50", 50


class Varchar100(Varchar):
    label, longest = "Varchar 100", 100


class Varchar750(Varchar):
    label, longest = "Varchar 750", 750


class Text(TextType):
    """Text of any length, over several lines."""

    label = "Text"
    longest = None
    keeps_any_text = True
    control = CONTROL_BUT_LINES
    options = (PATTERN,)
    can_be_unique = False
    can_be_filter = False
    can_be_sorted = False

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        if isinstance(raw, str):
            raw = raw.replace("\r\n", "\n").replace("\r", "\n")
        return super().read(raw, field)

    def masking(self, field: FieldDefinition) -> Masking:
        return "whole"  # notes may hold stars anywhere

    def widget(self, field: FieldDefinition) -> forms.Widget:
        return forms.Textarea(attrs={"rows": 3})


class Unknown(Text):
    """A type that this release does not know: shown as text, never written."""

    label = ""
    keeps_any_text = False

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        raise InvalidValue(_("Fields of type %s cannot be changed here.") % field.type)
