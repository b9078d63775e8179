"""Text of limited and unlimited length."""

import re
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from crm.local_numbers import local_number
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import canonical
from crm.schema.fieldtypes.apostrophes import may_be_quoted
from crm.schema.fieldtypes.base import Doubt, FieldType, Kind, ReadingOption
from crm.schema.fieldtypes.broken_text import (
    has_entities,
    is_formula_error,
    is_garbled,
    is_pointed,
    is_truncated,
    may_be_broken,
    says_nothing,
    with_letters,
)
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import InvalidValue, holds_invisible, quoted
from crm.schema.fieldtypes.invisible import BLANKS, DASHES, invisible_code, narrowed, trimmed
from crm.schema.fieldtypes.masks import Masking, refuse_masked
from crm.schema.fieldtypes.options import PATTERN, Limit, refusing

# Control characters break lists and files that show them; line breaks and tabs are kept where text may have several lines.
# On a single line they divide words, as a blank does.
# `-1,23457E+10`, `1.23457e10`; without a sign `5E12` may be a code.
SHORTENED = re.compile(r"[-+\u2212]?[1-9](?:[.,][0-9]+[Ee]\+?|[Ee]\+)[0-9]{1,3}", re.ASCII)
MAYBE_SHORTENED = re.compile(r"[.,][0-9]+[Ee][0-9]", re.ASCII)
BREAKS = re.compile(r"[ \u00a0]*[\t-\r\x1c-\x1e\x85\u2028\u2029][\s\u00a0]*")
CONTROL_BUT_LINES = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff]")
LONGEST_CANONICAL = 10_000  # characters of a text of any length
LONGEST_UNIQUE = 2_600  # bytes that every index holds (see `generated.index_sizes`): 750 characters of any living script


def clean_text(raw: Any, *, longest: int | None, has_lines: bool = False) -> str | None:  # Any: raw values
    """Trimmed text without control characters, on one line with ordinary blanks unless it `has_lines`; empty is None.

    Raises InvalidValue for NUL and over-long text.
    """
    if raw is None:
        return None
    if isinstance(raw, bool | list | dict):
        raise InvalidValue(_("This takes text."))
    text = str(raw)
    if "\x00" in text:
        raise InvalidValue(_("The text holds a NUL character."))
    if not text.isprintable():
        text = CONTROL_BUT_LINES.sub("", text if has_lines else BLANKS.sub(" ", BREAKS.sub(" ", text)))
    text = trimmed(text)
    if longest is not None and len(text) > longest:
        refuse_shortened(text)
        words = {"n": local_number(len(text)), "longest": local_number(longest)}
        raise InvalidValue(_("The text is %(n)s characters long; at most %(longest)s fit.") % words)
    return text or None


def within_index() -> Limit:
    """On SQLite too, which has no such limit: values are to move between the databases."""
    reason = _("A unique text takes at most %s bytes; emoji and rare characters take four each.")
    return refusing(lambda text: len(text.encode()) <= LONGEST_UNIQUE, lambda: reason % local_number(LONGEST_UNIQUE))


def refuse_unclear_key(text: str) -> None:
    """Raises InvalidValue for texts that only look alike, numbers that lost their last digits, errors of
    formulas, words for nothing."""
    refuse_invisible(text)
    refuse_shortened(text)
    if is_formula_error(text):
        raise InvalidValue(_("“%s” is the error of a spreadsheet's formula, not a value.") % quoted(text))
    if says_nothing(text):
        raise InvalidValue(_("“%s” says that there is no value, and tells nobody apart: leave it empty.") % quoted(text))


def refuse_invisible(text: str) -> None:
    """Raises InvalidValue."""
    if code := invisible_code(text):
        raise holds_invisible(text, code)


def refuse_shortened(text: str) -> None:
    """Raises InvalidValue."""
    if is_shortened(text):
        raise InvalidValue(
            _("“%s” was shortened by a spreadsheet: its last digits are lost. Format the column as text and enter it again.")
            % quoted(text)
        )


def is_shortened(text: str) -> bool:
    """Return True for a long number as a spreadsheet shows and saves it: `1,23457E+10`."""
    return SHORTENED.fullmatch(text) is not None


class TextType(FieldType):
    """Text of at most `longest` characters, or of any length where that is None. The base of every type whose column is text."""

    kind: ClassVar[Kind] = "text"
    is_textual = True
    reading_options: ClassVar[frozenset[ReadingOption]] = frozenset({"letters", "points"})
    can_be_searched = True
    longest: ClassVar[int | None]
    country_code: ClassVar[str] = ""  # may stand before the digits of a value or be left out
    keeps_any_text: ClassVar[bool] = False  # there is no text of that length which it refuses or reads as another
    has_lines: ClassVar[bool] = False
    is_narrow: ClassVar[bool] = False  # whatever the field is, its values have no letters of full width
    input_attributes: ClassVar[dict[str, str]] = {}  # of the browser's input: type, inputmode

    def column(self, field: FieldDefinition) -> models.Field:
        if self.longest is None:
            return models.TextField(null=True, db_column=field.name)
        return models.CharField(max_length=self.longest, null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = clean_text(raw, longest=self.longest, has_lines=self.has_lines)
        if text:
            text = self._plain(text, field)
            refuse_masked(text, self.masking(field))
            if field.unique:
                refuse_unclear_key(text)
            elif self.is_narrow or self.masking(field) == "digits":
                refuse_invisible(text)
        return text

    def _plain(self, text: str, field: FieldDefinition) -> str:
        """What tells records apart, and what is a number, has no signs that only look like others."""
        if text.isascii() or not (field.unique or self.is_narrow or self.masking(field) == "digits"):
            return text
        return narrowed(text.translate(DASHES) if self.compared == "by digits" else text)

    def from_history(self, value: Any, field: FieldDefinition) -> str | None:
        """Also with blanks and signs that are not taken any more."""
        return clean_text(value, longest=self.longest, has_lines=True)

    def limits(self, field: FieldDefinition, *, is_typed: bool = False) -> list[Limit]:
        """Also what the index of a unique field cannot hold: very long texts of emoji or rare characters."""
        may_exceed = field.unique and self.longest is not None and 4 * self.longest > LONGEST_UNIQUE
        return [*super().limits(field, is_typed=is_typed), *([within_index()] if may_exceed else [])]

    def masking(self, field: FieldDefinition) -> Masking:
        """What of a value is refused as masked."""
        return "digits" if self.compared == "by digits" or field.options.get("by_digits") else "words"

    def common_value(self, cell: str) -> str:
        return cell

    def held_value(self, cell: str, field: FieldDefinition, form: CellFormat) -> str | None:
        """Also a key or document that was stored before such were refused."""
        return self.read(cell, replace(field, unique=False, options={}))

    def may_doubt(self, together: str, field: FieldDefinition, form: CellFormat) -> bool:
        may_be_shortened = "E+" in together or "e+" in together or MAYBE_SHORTENED.search(together)
        return bool(may_be_shortened) or "\n'" in together or may_be_broken(together)

    def doubt(self, cell: str, field: FieldDefinition, form: CellFormat) -> Doubt:
        text = cell.strip()
        if is_shortened(text):
            return "shortened"
        if is_formula_error(text):
            return "error"
        if is_truncated(text):
            return "truncated"
        if is_pointed(text, is_key=field.unique):
            return "pointed"
        if self.keeps_any_text and not self.has_lines and (found := self._doubt_of_words(text)):
            return found
        if is_garbled(text):
            return "garbled"
        return "entities" if has_entities(text) else ""

    def _doubt_of_words(self, text: str) -> Doubt:
        return "quoted" if may_be_quoted(text) else "nothing" if says_nothing(text) else ""

    def doubt_example(self, cell: str, field: FieldDefinition, form: CellFormat) -> str:
        """`Jos&eacute; → José`."""
        return f"{cell} → {with_letters(cell)}" if self.doubt(cell, field, form) == "entities" else cell

    def widget(self, field: FieldDefinition) -> forms.Widget:
        return forms.TextInput(attrs=self.input_attributes)


class Text(TextType):
    """Text of any length, over several lines."""

    label = "Text"
    longest = None
    keeps_any_text = True
    has_lines = True
    options = (PATTERN,)
    can_be_unique = False
    can_be_filter = False
    can_be_sorted = False

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        if isinstance(raw, str):
            raw = raw.replace("\r\n", "\n").replace("\r", "\n")
        return super().read(raw, field)

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        return canonical.text(LONGEST_CANONICAL, without=without)

    def masking(self, field: FieldDefinition) -> Masking:
        return "whole"  # notes may hold stars anywhere

    def widget(self, field: FieldDefinition) -> forms.Widget:
        return forms.Textarea(attrs={"rows": 3})


class Unknown(Text):
    """A type that this release does not know: shown as text, never written."""

    label = ""
    keeps_any_text = False

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        return ""

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        raise InvalidValue(_("Fields of type %s cannot be changed here.") % field.type)
