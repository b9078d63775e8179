"""How SQL writes a cell: the text that `FieldType.cell` gives for the stored value, a hundred times as fast."""

from collections.abc import Callable
from typing import Any

from django.db import models

from crm.schema.fieldtypes.base import FieldType
from crm.schema.fieldtypes.boolean import Boolean
from crm.schema.fieldtypes.choices import Choices
from crm.schema.fieldtypes.moment import Date, DateAndTime
from crm.schema.fieldtypes.percent import Percent
from crm.schema.fieldtypes.timeofday import Time

AS_STORED = "{x}"
AS_TEXT = "CAST({x} AS text)"  # also keeps the driver of SQLite from making dates of columns that are
CHOICES = r"replace(replace(replace({trim}, '\', '\\'), ';', '\;'), {line}, ';')"

# By the function that writes the cell: a type that writes its own has no SQL until it is listed here, and is written by Python.
WAYS: dict[Callable[..., str], dict[str, str]] = {
    Boolean.cell: {
        "postgresql": "CASE {x} WHEN true THEN 'true' WHEN false THEN 'false' END",
        "sqlite": "CASE {x} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END",
    },
    Date.cell: {"postgresql": "to_char({x}, 'YYYY-MM-DD')", "sqlite": AS_TEXT},
    DateAndTime.cell: {
        "postgresql": """replace(to_char({x} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000Z', 'Z')""",
        "sqlite": "replace({x}, ' ', 'T') || 'Z'",
    },
    Time.cell: {
        "postgresql": "regexp_replace(to_char({x}, 'HH24:MI:SS'), ':00$', '')",
        "sqlite": "CASE substr({x}, 7, 2) WHEN '00' THEN substr({x}, 1, 5) ELSE substr({x}, 1, 8) END",
    },
    Percent.cell: {
        "postgresql": "CAST(trim_scale({x}) AS text)",
        "sqlite": "CASE WHEN {x} IS NOT NULL THEN rtrim(rtrim(printf('%.4f', {x}), '0'), '.') END",
    },
    Choices.cell: {
        "postgresql": CHOICES.format(trim="btrim({x}, chr(10))", line="chr(10)"),
        "sqlite": CHOICES.format(trim="trim({x}, char(10))", line="char(10)"),
    },
}


def cell_sql(kind: FieldType, column: models.Field[Any, Any] | None, vendor: str) -> str | None:  # Any: whatever the field holds
    """The text of a cell over `{x}`, a column, or a Rule's answer when `column` is None; None where only Python can write it."""
    write = type(kind).cell
    if write is not FieldType.cell:
        return WAYS.get(write, {}).get(vendor)
    if isinstance(column, models.DecimalField) and vendor == "sqlite":
        return f"CASE WHEN {{x}} IS NOT NULL THEN printf('%.{column.decimal_places}f', {{x}}) END"  # of nothing it makes 0.00
    if isinstance(column, models.CharField | models.TextField | models.ForeignKey):
        return AS_STORED
    return AS_TEXT if isinstance(column, models.IntegerField | models.DecimalField) else None


def guarded_sql(text: str) -> str:
    """PostgreSQL's `guarding.guarded` of a text."""
    bare = f"ltrim({text}, '''')"
    runs = f"substr({bare}, 1, 1) IN ('=', '+', '-', '@', chr(9), chr(13)) OR {bare} = '[null]'"
    harmless = f"{text} ~ '^[+-]?[0-9(][0-9 ().,/-]*$'"
    # Its first letter tells of most texts that nothing need be done.
    return f"CASE WHEN ascii({text}) IN (9, 13, 39, 43, 45, 61, 64, 91) AND ({runs}) AND NOT {harmless} THEN '''' || {text} ELSE {text} END"
