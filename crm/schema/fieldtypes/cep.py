"""A Brazilian postal code."""

import re
from typing import Any

from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.errors import InvalidValue, must_be
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.fieldtypes.text import TextType, refuse_shortened

SEVEN = re.compile(r"[0-9]{4}-?[0-9]{3}", re.ASCII)


class CEP(TextType):
    """Eight digits, kept as they are written, with or without the hyphen."""

    label = "CEP"
    longest = 10
    input_attributes = {"inputmode": "numeric"}
    can_be_filter = False
    compared = "by digits"
    reading_options = frozenset({"zeros"})
    common_pattern = re.compile(r"[0-9]{5}-?[0-9]{3}", re.ASCII)

    def with_zeros(self, cell: str) -> str:
        text = trimmed(cell)
        return f"0{text}" if SEVEN.fullmatch(text) else cell

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        return "[0-9]{5}-?[0-9]{3}"

    def read(self, raw: Any, field: FieldDefinition) -> str | None:
        text = super().read(raw, field)
        if text is None or self.common_pattern.fullmatch(text):
            return text
        if SEVEN.fullmatch(text):
            raise InvalidValue(
                _("“%s” has seven digits: a postal code has eight, and a spreadsheet takes leading zeros away.") % text
            )
        refuse_shortened(text)
        raise must_be(_("a postal code such as 01310-100"), raw)
