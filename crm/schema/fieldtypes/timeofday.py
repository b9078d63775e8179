"""A time of day."""

import re
from datetime import time
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import canonical
from crm.schema.fieldtypes.base import FieldType
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.date_spelling import iso_clock
from crm.schema.fieldtypes.errors import must_be
from crm.schema.fieldtypes.invisible import plain_signs
from crm.schema.fieldtypes.local_format import local_time
from crm.schema.fieldtypes.options import RANGE

WRITTEN = re.compile(r"([0-9]{1,2}):([0-9]{2})(:([0-9]{2})(\.0+)?)?", re.ASCII)
FRACTION = re.compile(r"0?\.[0-9]+|0", re.ASCII)
SECONDS_A_DAY = 86_400


class Time(FieldType):
    """Hours and minutes, and seconds where there are any; without a zone."""

    label = "Time"
    kind = "time"
    rule_kind = "other"
    options = RANGE
    sample = "23:50"
    may_be_formula = False
    cell_expressions = {
        "postgresql": "regexp_replace(to_char({x}, 'HH24:MI:SS'), ':00$', '')",
        "sqlite": "CASE substr({x}, 7, 2) WHEN '00' THEN substr({x}, 1, 5) ELSE substr({x}, 1, 8) END",
    }
    can_be_filter = False
    common_pattern = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)

    def column(self, field: FieldDefinition) -> models.Field:
        return models.TimeField(null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> time | None:
        if raw is None or isinstance(raw, time):
            return raw
        text = plain_signs(str(raw))
        if text == "":
            return None
        found = WRITTEN.fullmatch(iso_clock(text))
        try:
            if not found:
                raise ValueError(text)
            return time(int(found[1]), int(found[2]), int(found[4] or 0))
        except ValueError:
            raise must_be(_("a time such as 23:50"), raw) from None

    def read_cell(self, cell: str, field: FieldDefinition, form: CellFormat) -> time | None:
        """Spreadsheets keep a time as a fraction of the day."""
        text = plain_signs(cell).replace(form.decimal, ".")
        if not FRACTION.fullmatch(text):
            return self.read(cell, field)
        seconds = round(float(text) * SECONDS_A_DAY) % SECONDS_A_DAY
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        return canonical.SECOND

    def common_value(self, cell: str) -> time:
        return time(int(cell[:2]), int(cell[3:]))

    def cell(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else value.isoformat("seconds" if value.second else "minutes")

    def to_json(self, value: Any, field: FieldDefinition) -> str | None:
        return self.cell(value, field) or None

    def to_history(self, value: Any, field: FieldDefinition) -> str | None:
        """With fractions of a second: nobody types them, but a stored value is restored exactly."""
        return value.isoformat() if value and value.microsecond else self.to_json(value, field)

    def from_history(self, value: Any, field: FieldDefinition) -> time | None:
        return time.fromisoformat(value) if isinstance(value, str) and "." in value else self.read(value, field)

    def widget(self, field: FieldDefinition) -> forms.Widget:
        return forms.TextInput(attrs={"placeholder": _("hh:mm")})

    def form_value(self, value: Any, field: FieldDefinition) -> str:
        return self.display(value, field)

    def display(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else local_time(value)

    def exact_text(self, value: Any, field: FieldDefinition) -> str:
        return str(value.isoformat())
