"""Whole numbers, decimals and money."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, InvalidOperation
from decimal import Decimal as Number
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from crm.local_numbers import local_number
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import Doubt, FieldType
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import InvalidValue, must_be, quoted
from crm.schema.fieldtypes.invisible import plain_signs, trimmed
from crm.schema.fieldtypes.local_format import TypedText, local_format, local_money
from crm.schema.fieldtypes.money import MONEY, refuse_other_currency
from crm.schema.fieldtypes.number_spelling import is_like_thousands, plain_number
from crm.schema.fieldtypes.options import RANGE
from crm.schema.fieldtypes.text import refuse_shortened

WHOLE = re.compile(r"[+-]?[0-9]+(\.0+)?", re.ASCII)
PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", re.ASCII)
DIGITS = 15
THOUSANDS = 3  # digits of a group
EXACT_DIGITS = 15  # of a spreadsheet's numbers: digits after these are its arithmetic's, as in 1234.5600000000001
NOISE = Number("1e-9")


class Integer(FieldType):
    """A whole number of 32 bits."""

    label = "Integer"
    kind = "integer"
    options = RANGE
    is_numeric = True
    reads_locally = True
    reading_options = frozenset({"decimal", "grouped"})
    sample = "42"
    workbook_cell = "number"
    may_be_formula = False
    common_pattern = re.compile(r"0|-?[1-9][0-9]{0,8}", re.ASCII)
    lowest: ClassVar[int] = -(2**31)
    highest: ClassVar[int] = 2**31 - 1
    column_class: ClassVar[type[models.Field]] = models.IntegerField

    def column(self, field: FieldDefinition) -> models.Field:
        return self.column_class(null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> int | None:
        if raw is None:
            return None
        if isinstance(raw, bool):
            raise must_be(_("a whole number"), raw)
        text = plain_signs(str(raw))
        if isinstance(raw, str) and is_like_thousands(text, "."):
            raise _thousands_or_decimals(raw)
        return self._read_plain(text, raw) if text else None

    def read_cell(self, cell: str, field: FieldDefinition, form: CellFormat) -> int | None:
        text = plain_signs(cell)
        plain = plain_number(text, form)
        if is_like_thousands(plain, "."):
            raise _thousands_or_decimals(cell)
        return self._read_plain(plain, cell) if text else None

    def _read_plain(self, text: str, raw: Any) -> int:
        if len(text) > 40 or not WHOLE.fullmatch(text):
            if isinstance(raw, str):
                refuse_shortened(plain_signs(raw))
            raise must_be(_("a whole number"), raw)
        number = int(text.partition(".")[0])
        if not self.lowest <= number <= self.highest:
            words = {"low": local_number(self.lowest), "high": local_number(self.highest)}
            raise must_be(_("between %(low)s and %(high)s") % words, raw)
        return number

    def common_value(self, cell: str) -> int:
        return int(cell)

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        return "0|-?[1-9][0-9]{0,8}"

    def widget(self, field: FieldDefinition) -> forms.Widget:
        return forms.TextInput(attrs={"inputmode": "numeric"})

    def form_value(self, value: Any, field: FieldDefinition) -> str:
        return self.display(value, field)

    def display(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else local_number(value)


def _thousands_or_decimals(raw: Any) -> InvalidValue:
    """`1.000` is 1 to a machine and 1000 to most who write it."""
    digits = re.sub("[.,]", "", plain_number(str(raw), CellFormat()))
    text = _("“%(value)s” may mean %(digits)s: say that the other sign begins the decimals, or write it without a sign.")
    return InvalidValue(text % {"value": quoted(raw), "digits": digits})


class Long(Integer):
    """A whole number of 64 bits."""

    label = "Long"
    same_values_as = frozenset({"Integer"})
    lowest = -(2**63)
    highest = 2**63 - 1
    column_class = models.BigIntegerField


def number_example(form: CellFormat) -> str:
    """What a number looks like, as it is read."""
    if form == CellFormat(form.dates):
        return _("a number such as 1234.50 (no thousands separators)")
    return _("a number such as %s") % ("1.234,50" if form.decimal == "," else "1,234.50" if form.is_grouped else "1234.50")


class Decimal(FieldType):
    """A number with exactly two decimals. Fifteen digits in all, which SQLite's 64-bit floats still hold exactly.

    More decimals are refused where one value is given; of a worksheet they are rounded, and the rehearsal tells it.
    """

    label = "Decimal"
    places: ClassVar[int] = 2
    unit: ClassVar[re.Pattern[str] | None] = MONEY  # what may stand beside a number in a worksheet
    kind = "decimal"
    options = RANGE
    is_numeric = True
    same_values_as = frozenset({"Currency"})
    reads_locally = True
    reading_options = frozenset({"decimal", "grouped"})
    sample = "1234.50"
    workbook_cell = "number"
    may_be_formula = False
    common_pattern = re.compile(r"(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?", re.ASCII)  # nothing to round and nothing to doubt

    def column(self, field: FieldDefinition) -> models.Field:
        return models.DecimalField(max_digits=DIGITS, decimal_places=self.places, null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> Number | None:
        if raw is None:
            return None
        if isinstance(raw, bool):
            raise must_be(number_example(CellFormat()), raw)
        text = plain_signs(str(raw))
        if isinstance(raw, float | Number):
            text = format(Number(text), "f") if Number(text).is_finite() else text
        return self._read_plain(text, raw, CellFormat()) if text else None

    def read_typed(self, text: str, field: FieldDefinition) -> Number | None:
        """`1,234` is refused where it would have to be rounded: elsewhere it is written for 1234."""
        sign = local_format().decimal
        bare = plain_signs(self.unit.sub("", text) if self.unit else text)
        if self.places < THOUSANDS and is_like_thousands(bare, sign):
            many, few = Number(re.sub("[.,]", "", bare)), Number(bare.replace(",", "."))
            words = {"value": quoted(text), "many": self.form_value(many, field), "few": self.form_value(few, field)}
            raise InvalidValue(_("“%(value)s” may mean %(many)s or %(few)s: write it in one of these ways.") % words)
        return super().read_typed(text, field)

    def take(self, raw: Any, field: FieldDefinition) -> Any:
        """What is given to be stored has no more decimals than are kept; what is looked for may have any number."""
        value = super().take(raw, field)
        if value is not None and self._is_rounded(self._plain(raw)):
            words = {"value": quoted(raw), "places": str(self.places)}
            raise InvalidValue(_("“%(value)s” has more than %(places)s decimals.") % words)
        return value

    def _plain(self, raw: Any) -> str:
        """What `take` read, as a machine writes it."""
        if not isinstance(raw, str):
            return format(Number(str(raw)), "f")
        forms = (local_format(), CellFormat()) if isinstance(raw, TypedText) else (CellFormat(),)
        return next(filter(PLAIN.fullmatch, (plain_number(raw, form, self.unit) for form in forms)), "")

    def read_cell(self, cell: str, field: FieldDefinition, form: CellFormat) -> Number | None:
        text = plain_signs(cell)
        if self.unit is MONEY:
            refuse_other_currency(text)
        plain = plain_number(text, form, self.unit)
        if form.is_mixed and "," not in text and is_like_thousands(plain, "."):
            raise _thousands_or_decimals(cell)
        if form.decimal == "," and "," in plain:
            raise InvalidValue(_("“%s” has a point, but decimals are written with a comma.") % quoted(cell))
        return self._read_plain(plain, cell, form) if text else None

    def _read_plain(self, text: str, raw: Any, form: CellFormat) -> Number:
        if len(text) > 60 or not PLAIN.fullmatch(text):
            raise must_be(number_example(form), raw)
        try:
            number = Number(text).quantize(Number(1).scaleb(-self.places), rounding=ROUND_HALF_UP)
        except InvalidOperation:
            raise self._too_long(raw) from None
        if len(number.as_tuple().digits) > DIGITS:
            raise self._too_long(raw)
        return abs(number) if number == 0 else number

    def _too_long(self, raw: Any) -> InvalidValue:
        return must_be(_("a number of at most %s digits before the point") % (DIGITS - self.places), raw)

    def may_doubt(self, together: str, field: FieldDefinition, form: CellFormat) -> bool:
        return re.search(rf"[{form.decimal}][0-9]{{{self.places + 1}}}", together) is not None

    def doubt(self, cell: str, field: FieldDefinition, form: CellFormat) -> Doubt:
        plain = plain_number(cell, form, self.unit)
        if not PLAIN.fullmatch(plain):
            return ""
        may_be_thousands = self.places < THOUSANDS and not form.reads_groups and is_like_thousands(plain, ".")
        return "rounded" if self._is_rounded(plain) else "thousands" if may_be_thousands else ""

    def _is_rounded(self, plain: str) -> bool:
        decimals = plain.partition(".")[2].rstrip("0")
        lost = Number(f"0.{decimals[self.places :] or 0}").scaleb(-self.places)
        is_noise = len(plain.strip("+-0")) > EXACT_DIGITS and min(lost, Number(1).scaleb(-self.places) - lost) < NOISE
        return lost != 0 and not is_noise

    def doubt_example(self, cell: str, field: FieldDefinition, form: CellFormat) -> str:
        """`1,999 → 2,00`, in the worksheet's own spelling."""
        return f"{trimmed(cell)} → {self.cell(self.read_cell(cell, field, form), field).replace('.', form.decimal)}"

    def common_value(self, cell: str) -> Number:
        return Number(cell)

    def all_are_common(self, cells: Sequence[str], form: CellFormat) -> bool:
        return form.decimal == "." and super().all_are_common(cells, form)

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        """No sign before nothing, and no three decimals: those may be thousands."""
        whole = DIGITS - self.places
        decimals = "(?:[.](?:[0-9]{1,2}|[0-9]{4}))?" if self.places == 4 else "(?:[.][0-9]{1,2})?"
        return rf"0{decimals}|-?[1-9][0-9]{{0,{whole - 1}}}{decimals}" if form.decimal == "." else ""

    def to_json(self, value: Any, field: FieldDefinition) -> float | None:
        return None if value is None else float(value)

    def widget(self, field: FieldDefinition) -> forms.Widget:
        return forms.TextInput(attrs={"inputmode": "decimal"})

    def form_value(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else local_number(value, self.places)

    def display(self, value: Any, field: FieldDefinition) -> str:
        return self.form_value(value, field)


class Currency(Decimal):
    """Money, in the store's currency."""

    label = "Currency"
    same_values_as = frozenset({"Decimal"})

    def display(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else local_money(value)
