"""A Brazilian postal code."""

import re
from typing import Any

from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import InvalidValue, must_be
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.fieldtypes.text import TextType, refuse_shortened

DIGITS = 8
WRITTEN = re.compile(r"([0-9]{2})\.?([0-9]{3})[- ]?([0-9]{3})", re.ASCII)  # 01.310-100, as on envelopes
AROUND = re.compile(r"\A\s*CEP[:.\s]+|\s+(?=-)|(?<=-)\s+", re.IGNORECASE)  # CEP: 01310 - 100
SEVEN = re.compile(r"[0-9]{4}-?[0-9]{3}", re.ASCII)


class CEP(TextType):
    """Eight digits, kept without the hyphen and shown with it."""

    label = "CEP"
    has_one_form = True
    longest = 10
    input_attributes = {"inputmode": "numeric"}
    can_be_filter = False
    compared = "by digits"
    reading_options = TextType.reading_options | {"zeros"}
    common_pattern = re.compile(r"[0-9]{5}-?[0-9]{3}", re.ASCII)

    def common_value(self, cell: str) -> str:
        return cell.replace("-", "")

    def form_value(self, value: Any, field: FieldDefinition) -> str:
        return self.display(value, field)

    def display(self, value: Any, field: FieldDefinition) -> str:
        return f"{value[:5]}-{value[5:]}" if value and len(value) == DIGITS else value or ""

    def with_zeros(self, cell: str) -> str:
        text = trimmed(cell)
        return f"0{text}" if SEVEN.fullmatch(text) else cell

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        return "[0-9]{8}"

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = super().read(AROUND.sub("", raw) if isinstance(raw, str) else raw, field)
        if text is None or self.common_pattern.fullmatch(text):
            return text and self.common_value(text)
        if found := WRITTEN.fullmatch(text):
            return "".join(found.groups())
        if SEVEN.fullmatch(text):
            raise InvalidValue(
                _("“%s” has seven digits: a postal code has eight, and a spreadsheet takes leading zeros away.") % text
            )
        refuse_shortened(text)
        raise must_be(_("a postal code such as 01310-100"), raw)
