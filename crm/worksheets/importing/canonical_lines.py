"""One expression for a whole line of a worksheet, made of the patterns of its columns' types.

A line that it matches is loaded as it is: the database reads from it what the converters would have made of its cells.
"""

import re
from dataclasses import dataclass
from itertools import groupby

from crm.records import bulk
from crm.schema import fieldtypes
from crm.schema.fieldtypes import canonical
from crm.worksheets.formats.reading.format_detection import DELIMITERS
from crm.worksheets.formats.reading.text_lines import Match, Run
from crm.worksheets.importing.converting import ColumnConversion
from crm.worksheets.mapping import total_rows

NOTHING = "(?!)"  # matches no cell, not even an empty one
RECORD_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@dataclass(frozen=True)
class CanonicalLines:
    """`form` is how the database loads them; `has_ignored`: only some of the cells are loaded."""

    match: Match
    form: bulk.LineForm
    has_ignored: bool

    def taken(self, run: Run) -> list[str]:
        """The lines of a run as they are loaded, each with its row's number before it."""
        delimiter = self.form.delimiter
        lines = (delimiter.join(match.groups()) for match in run.matches) if self.has_ignored else run.lines
        return [f"{number}{delimiter}{line}" for number, line in enumerate(lines, run.number)]


def canonical_lines(columns: ColumnConversion, delimiter: str) -> CanonicalLines | None:
    """None where no line can be loaded as it is: cells are rewritten before they are read, or looked up in the database."""
    is_rewritten = bool(columns.mapping.rests) or any(own.is_rewritten for own in columns.own.values())
    if delimiter not in DELIMITERS or _has_lookups(columns) or is_rewritten:
        return None
    if all(_kind(name, columns) == "boolean" for name in columns.mapping.names):
        return None  # it is the converters who know which rows say nothing
    has_ignored = len(columns.mapping.fields) < len(columns.headers)
    match = re.compile(_expression(columns, delimiter)).fullmatch
    return CanonicalLines(match, _line_form(columns, delimiter), has_ignored)


def _has_lookups(columns: ColumnConversion) -> bool:
    kinds = [fieldtypes.get(columns.field(name).type) for name in columns.mapping.names if name != "id"]
    return columns.has_prefixed_ids or any(kind.asks_database for kind in kinds)


def _line_form(columns: ColumnConversion, delimiter: str) -> bulk.LineForm:
    names = [name for _position, name in sorted(columns.mapping.fields.items())]
    cells = tuple((name, _kind(name, columns)) for name in names)
    refused = [("crm_refused", False)] if columns.keeps_refused else []
    return bulk.LineForm(cells, delimiter, (*columns.fixed.items(), *refused))


def _kind(name: str, columns: ColumnConversion) -> str:
    return "text" if name == "id" else fieldtypes.get(columns.field(name).type).kind


def _expression(columns: ColumnConversion, delimiter: str) -> str:
    """A group for each run of neighbouring columns that are loaded. A line without any text is a blank row."""
    between, runs = re.escape(delimiter), []
    for is_loaded, run in groupby(range(len(columns.headers)), key=columns.mapping.fields.__contains__):
        cells = between.join(_cell(position, columns, delimiter) for position in run)
        runs.append(f"({cells})" if is_loaded else cells)
    return rf'(?![{between}"\s]*+\Z){between.join(runs)}\r?+'


def _cell(position: int, columns: ColumnConversion, delimiter: str) -> str:
    """With or without quotes around it; empty unless the row is nothing without it. The most frequent alternative is first.

    Of a cell that calls its row a total the converters look at the row's other cells.
    """
    total = f"(?!{total_rows.BEGINNING})" if columns.totals and position in columns.totals.places else ""
    if position not in columns.mapping.fields:
        return f'{total}(?:"{canonical.anything()}"|{canonical.anything(without=delimiter)})'
    name = columns.mapping.fields[position]
    quoted, bare = (_value(name, columns, columns.headers[position], without=without) for without in ("", delimiter))
    empty = "" if name in _needed(columns) else "|"
    return f'{total}(?:{bare}|"(?:{quoted}{empty})"{empty})'


def _value(name: str, columns: ColumnConversion, header: str, *, without: str) -> str:
    if name == "id":
        return f"(?!{re.escape(columns.entity.acronym.lower())}-){RECORD_ID}"
    own = columns.own.get(header)
    form = own.cells(columns.form) if own else columns.form
    field = columns.field(name)
    pattern = fieldtypes.get(field.type).canonical_pattern(field, form, without=without) or NOTHING
    return f"(?!(?i:true))(?:{pattern})" if name in columns.withheld else pattern


def _needed(columns: ColumnConversion) -> set[str]:
    """Without these a row may find no record, or make one of nothing."""
    if not columns.refuses_empty:
        return set(columns.keys)
    telling = [name for name in (*columns.keys, *columns.mapping.names) if _kind(name, columns) != "boolean"]
    return {*columns.keys, *telling[:1]}
