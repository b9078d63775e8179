"""Days and instants."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import canonical
from crm.schema.fieldtypes.base import AS_TEXT, Doubt, FieldType
from crm.schema.fieldtypes.broken_text import is_zero_date
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.date_spelling import date_example, has_short_year, iso_moment, written_day
from crm.schema.fieldtypes.day_doubts import FIRST_YEAR, born, can_be_birth, day_doubt, is_birth, may_doubt_day, unborn_years
from crm.schema.fieldtypes.errors import InvalidValue, must_be, quoted
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.fieldtypes.local_format import local_format, local_time
from crm.schema.fieldtypes.options import RANGE

ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?\s?(Z|[+-][0-9]{2}:?[0-9]{2})?)?", re.ASCII
)


class Date(FieldType):
    """A day."""

    label = "Date"
    reads_locally = True
    kind = "date"
    options = RANGE
    reading_options = frozenset({"dates"})
    sample = "2026-12-31"
    workbook_cell = "date"
    may_be_formula = False
    cell_expressions = {"postgresql": "to_char({x}, 'YYYY-MM-DD')", "sqlite": AS_TEXT}
    common_pattern = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

    def column(self, field: FieldDefinition) -> models.Field:
        return models.DateField(null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> date | None:
        if raw is None or (isinstance(raw, date) and not isinstance(raw, datetime)):
            return raw
        return self.read_cell(str(raw), field, CellFormat())

    def take(self, raw: Any, field: FieldDefinition) -> date | None:
        """What is given to be stored as a day of birth can be one; what is looked for may be any day."""
        day = super().take(raw, field)
        if day is not None and is_birth(field) and not can_be_birth(day):
            words = {"value": quoted(raw), "first": FIRST_YEAR}
            raise InvalidValue(_("“%(value)s” is nobody's day of birth: those lie from %(first)s to today.") % words)
        return day

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        return rf"(?!{unborn_years()}){canonical.DAY}" if is_birth(field) else canonical.DAY

    def read_cell(self, cell: str, field: FieldDefinition, form: CellFormat) -> date | None:
        text = iso_moment(cell, form)
        if text == "":
            return None
        try:
            if not ISO.fullmatch(text):
                raise ValueError(text)
            moment = datetime.fromisoformat(text)
            if moment.time() != time():
                raise ValueError(text)
        except ValueError:
            refuse_zero_date(cell)
            raise must_be(_("a date such as %s") % date_example(form), cell) from None
        return born(moment.date()) if is_birth(field) and has_short_year(cell, form) else moment.date()

    def common_value(self, cell: str) -> date:
        return date.fromisoformat(cell)

    def may_doubt(self, together: str, field: FieldDefinition, form: CellFormat) -> bool:
        return may_doubt_day(together, field, form)

    def doubt(self, cell: str, field: FieldDefinition, form: CellFormat) -> Doubt:
        return _doubt(self, cell, field, form)

    def doubt_example(self, cell: str, field: FieldDefinition, form: CellFormat) -> str:
        """`21/11/28 → 21/11/1928`, where this century is not meant."""
        read = self.read_cell(cell, field, form)
        return f"{trimmed(cell)} → {written_day(read, form)}" if read and self.doubt(cell, field, form) == "past" else cell

    def cell(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else value.isoformat()

    def to_json(self, value: Any, field: FieldDefinition) -> str | None:
        return None if value is None else value.isoformat()

    def widget(self, field: FieldDefinition) -> forms.Widget:
        return forms.TextInput(attrs={"inputmode": "numeric", "placeholder": _("mm/dd/yyyy"), **_calendar()})

    def form_value(self, value: Any, field: FieldDefinition) -> str:
        return self.display(value, field)

    def display(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else str(formats.date_format(value, "SHORT_DATE_FORMAT"))


class DateAndTime(FieldType):
    """An instant, kept in UTC; without a zone it is in the site's."""

    label = "Date and Time"
    reads_locally = True
    kind = "datetime"
    options = RANGE
    reading_options = frozenset({"dates"})
    sample = "2026-12-31T23:59:00Z"
    may_be_formula = False
    cell_expressions = {
        "postgresql": """replace(to_char({x} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000Z', 'Z')""",
        "sqlite": "replace({x}, ' ', 'T') || 'Z'",
    }
    common_pattern = re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{3}|\.[0-9]{6})?)?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
    )

    def column(self, field: FieldDefinition) -> models.Field:
        return models.DateTimeField(null=True, db_column=field.name)

    def read(self, raw: Any, field: FieldDefinition) -> datetime | None:
        if raw is None:
            return None
        if isinstance(raw, datetime):
            return _in_utc(raw, raw, CellFormat())
        return self.read_cell(str(raw), field, CellFormat())

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        return rf"{canonical.DAY}[T ]{canonical.SECOND}(?:Z|\+00:00)"

    def read_cell(self, cell: str, field: FieldDefinition, form: CellFormat) -> datetime | None:
        text = iso_moment(cell, form)
        if text == "":
            return None
        try:
            if not ISO.fullmatch(text):
                raise ValueError(text)
            moment = datetime.fromisoformat(text)
        except ValueError:
            refuse_zero_date(cell)
            raise _no_moment(cell, form) from None
        return _in_utc(moment, cell, form)

    def common_value(self, cell: str) -> datetime:
        moment = datetime.fromisoformat(cell)
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)

    def may_doubt(self, together: str, field: FieldDefinition, form: CellFormat) -> bool:
        return may_doubt_day(together, field, form)

    def doubt(self, cell: str, field: FieldDefinition, form: CellFormat) -> Doubt:
        return _doubt(self, cell, field, form)

    def cell(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def to_json(self, value: Any, field: FieldDefinition) -> str | None:
        return self.cell(value, field) or None

    def widget(self, field: FieldDefinition) -> forms.Widget:
        return forms.TextInput(attrs={"placeholder": _("mm/dd/yyyy hh:mm"), **_calendar(), "data-time": True})

    def form_value(self, value: Any, field: FieldDefinition) -> str:
        if value is None:
            return ""
        local = timezone.localtime(value)
        return f"{formats.date_format(local, 'SHORT_DATE_FORMAT')} {local_time(local.time())}"

    def display(self, value: Any, field: FieldDefinition) -> str:
        return "" if value is None else str(formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT"))

    def exact_text(self, value: Any, field: FieldDefinition) -> str:
        """In the site's zone, with its offset: the hour that is put back in autumn comes twice."""
        return str(timezone.localtime(value).isoformat(" "))


def refuse_zero_date(cell: str) -> None:
    """Raises InvalidValue for `0000-00-00`."""
    if is_zero_date(trimmed(cell)):
        raise InvalidValue(_("“%s” says that there is no date: leave it empty.") % quoted(cell))


def _doubt(kind: FieldType, cell: str, field: FieldDefinition, form: CellFormat) -> Doubt:
    try:
        read = kind.read_cell(cell, field, form)
    except InvalidValue:
        return "century" if has_short_year(cell, form) else ""
    return day_doubt(read, cell, field, form) if read else ""


def _calendar() -> dict[str, str]:
    """What `date-picker.js` needs: the order of day and month, and what its button is called."""
    return {"data-date": local_format().dates, "data-choose": _("Choose a day")}


def _in_utc(moment: datetime, raw: Any, form: CellFormat) -> datetime:
    try:
        aware = moment if moment.tzinfo else timezone.make_aware(moment)
        return aware.astimezone(UTC)
    except (OverflowError, ValueError):
        raise _no_moment(raw, form) from None


def _no_moment(raw: Any, form: CellFormat) -> InvalidValue:
    return must_be(_("a date and time such as %s 23:59") % date_example(form), raw)
