"""Statistics of the cells of a worksheet, column by column, from its first rows, before anything is chosen."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from crm.schema.fieldtypes.date_spelling import full_year
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.fieldtypes.number_spelling import bare_number
from crm.worksheets.formats.formula_escaping import CLEAR, unguarded
from crm.worksheets.formats.rows import SheetRow

ROWS = 50_000  # are inspected
CELLS = 2_000_000  # at most, for wide worksheets
SAMPLES = 3
PROBED = 100  # values that are looked up among the records
LISTED = 100  # a column of more different values is not one of a few words
SHOWN = 60  # characters

LOCAL_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})(,?[ T].*)?", re.ASCII)
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T].*)?", re.ASCII)
APART = "[ \u00a0\u2009\u202f'’]"  # sets thousands apart whichever sign begins the decimals  # noqa: RUF001
GROUPS = rf"[0-9]{{1,3}}(?:{APART}[0-9]{{3}})+"
WITH_COMMA = re.compile(rf"([0-9]+|[0-9]{{1,3}}(\.[0-9]{{3}})+|{GROUPS}),[0-9]+|[0-9]{{1,3}}(\.[0-9]{{3}}){{2,}}", re.ASCII)
WITH_POINT = re.compile(rf"([0-9]+|[0-9]{{1,3}}(,[0-9]{{3}})+|{GROUPS})\.[0-9]+|[0-9]{{1,3}}(,[0-9]{{3}}){{2,}}", re.ASCII)
EITHER_NUMBER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}", re.ASCII)
SET_APART = re.compile(rf"[0-9]{{1,3}}([.,])[0-9]{{3}}(\1[0-9]{{3}})*(?!\1)([.,][0-9]+)?|{GROUPS}([.,][0-9]+)?", re.ASCII)


@dataclass(frozen=True)
class Evidence:
    """How many cells can be read in the one way only, in the other way only, and in both; `example` shows one of the latter."""

    one: int = 0
    other: int = 0
    either: int = 0
    example: str = ""

    @property
    def is_there(self) -> bool:
        return bool(self.one or self.other or self.either)

    @property
    def is_doubtful(self) -> bool:
        return bool(self.one and self.other) or (bool(self.either) and not self.one and not self.other)


@dataclass(frozen=True)
class ColumnInspection:
    """`dates` are day first against month first, `decimals` a comma against a point; `values` are counted where there are few.

    `filled` cells hold something, `distinct` are their different values; `probe` are the first of these.
    """

    header: str
    filled: int = 0
    distinct: int = 0
    samples: list[str] = field(default_factory=list)
    values: dict[str, int] = field(default_factory=dict)
    dates: Evidence = Evidence()
    decimals: Evidence = Evidence()
    is_grouped: bool = False
    probe: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Inspection:
    """`rows` were inspected; `is_whole`: those are all."""

    columns: list[ColumnInspection]
    rows: int
    is_whole: bool

    @property
    def headers(self) -> list[str]:
        return [column.header for column in self.columns]

    def to_json(self) -> dict[str, Any]:
        """Without the probe: it is looked up at once, and holds personal values."""
        evidence = ("dates", "decimals")
        columns = [
            {**vars(column), **{name: asdict(getattr(column, name)) for name in evidence}, "probe": []} for column in self.columns
        ]
        return {"columns": columns, "rows": self.rows, "is_whole": self.is_whole}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Inspection":
        return cls([_stored_column(column) for column in stored["columns"]], stored["rows"], stored["is_whole"])


def inspect(headers: Sequence[str], rows: Iterable[SheetRow]) -> Inspection:
    limit = max(100, min(ROWS, CELLS // max(1, len(headers))))
    counters: list[Counter[str]] = [Counter() for _header in headers]
    source, count = iter(rows), 0
    while block := list(islice(source, min(5_000, limit - count))):
        count += len(block)
        for counter, cells in zip(counters, _columns(block, len(headers)), strict=True):
            counter.update(cells)
    is_whole = count < limit or next(source, None) is None
    return Inspection([_column(header, counter) for header, counter in zip(headers, counters, strict=True)], count, is_whole)


def _columns(block: list[SheetRow], width: int) -> Iterator[Sequence[str]]:
    padded = [row.cells if len(row.cells) == width else (row.cells + [""] * width)[:width] for row in block]
    return map(unguarded, zip(*padded, strict=True))


def _column(header: str, counter: Counter[str]) -> ColumnInspection:
    counted = _stripped(counter)
    return ColumnInspection(
        header,
        sum(counted.values()),
        len(counted),
        [value[:SHOWN] for value in islice(counted, SAMPLES)],
        dict(counted.most_common(LISTED)) if len(counted) <= LISTED and max(map(len, counted), default=0) <= SHOWN else {},
        _dates(counted),
        _decimals(counted),
        any(SET_APART.fullmatch(bare_number(value)) for value in counted),
        list(islice(counted, PROBED)),
    )


def _stripped(counter: Counter[str]) -> Counter[str]:
    """In the order of the worksheet, without what says nothing; PostgreSQL keeps no NUL, in JSON neither."""
    counted: Counter[str] = Counter()
    for value, count in counter.items():
        counted[trimmed(value).replace("\x00", "\ufffd")] += count
    del counted[""], counted[CLEAR]
    return counted


def _dates(counted: Mapping[str, int]) -> Evidence:
    local = [(found, counted[value]) for value in counted if (found := LOCAL_DATE.fullmatch(value))]
    if 2 * len(local) < sum(1 for value in counted if not ISO_DATE.fullmatch(value)):
        return Evidence()
    day_first = month_first = either = 0
    example = ""
    for found, count in local:
        first, second, year = int(found[1]), int(found[2]), int(full_year(found[3]))
        fits = _is_day(year, second, first), _is_day(year, first, second)
        if fits == (True, True) and first != second:
            either, example = either + count, example or found[0]
        day_first += count if fits == (True, False) else 0
        month_first += count if fits == (False, True) else 0
    return Evidence(day_first, month_first, either, example)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _decimals(counted: Mapping[str, int]) -> Evidence:
    comma = point = either = 0
    example = ""
    for value, count in counted.items():
        if value.isascii() and "," not in value and "." not in value:
            continue
        number = bare_number(value)
        if EITHER_NUMBER.fullmatch(number):
            either, example = either + count, example or value
        elif WITH_COMMA.fullmatch(number):
            comma += count
        elif WITH_POINT.fullmatch(number):
            point += count
    return Evidence(comma, point, either, example)


def _stored_column(stored: Mapping[str, Any]) -> ColumnInspection:
    # A database may keep names in an order of its own.
    values = dict(sorted(stored["values"].items(), key=lambda pair: (-pair[1], pair[0])))
    return ColumnInspection(
        **{**stored, "values": values, "dates": Evidence(**stored["dates"]), "decimals": Evidence(**stored["decimals"])}
    )
