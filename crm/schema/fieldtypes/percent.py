"""A percentage."""

import re
from decimal import Decimal as Number
from typing import Any

from crm.local_numbers import local_number
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.invisible import plain_signs
from crm.schema.fieldtypes.number import Decimal
from crm.schema.fieldtypes.number_spelling import PERCENT


class Percent(Decimal):
    """Kept as it is sent, 85.42 or 0.35, and never rescaled: which of the two to use is up to the shop."""

    label = "Percent"
    unit = PERCENT
    places = 4  # 0.3525 is a percentage with two decimals too
    same_values_as = frozenset()
    cell_expressions = {
        "postgresql": "CAST(trim_scale({x}) AS text)",
        "sqlite": "CASE WHEN {x} IS NOT NULL THEN rtrim(rtrim(printf('%.4f', {x}), '0'), '.') END",
    }
    common_pattern = re.compile(r"(0|[1-9][0-9]{0,10})(\.[0-9]{1,4})?", re.ASCII)

    def read(self, raw: Any, field: FieldDefinition) -> Number | None:
        """Also as spreadsheets show it: 85% is 85."""
        if not isinstance(raw, str):
            return super().read(raw, field)
        text = PERCENT.sub("", plain_signs(raw))
        return self._read_plain(text, raw, CellFormat()) if text else None

    def cell(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else written(value)

    def form_value(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else local_number(written(value))

    def display(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else f"{self.form_value(value, field)}%"


def written(value: Number) -> str:
    """Without the zeros that the column adds."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
