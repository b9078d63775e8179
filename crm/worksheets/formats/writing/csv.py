"""Tables as csv: UTF-8, a delimiter, and quotes where they are needed."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from crm.worksheets.formats.tables import Table
from crm.worksheets.formats.writing.base import WriteFormat


class CsvFormat(WriteFormat):
    name: ClassVar[str] = "csv"
    label: ClassVar[str] = "CSV"
    content_type: ClassVar[str] = "text/csv; charset=utf-8"

    def __init__(self, delimiter: str = ",", *, has_mark: bool = False) -> None:
        """`has_mark`: it begins with the mark by which spreadsheets know UTF-8."""
        self.delimiter = delimiter
        self._mark = codecs.BOM_UTF8 if has_mark else b""

    def chunks(self, table: Table) -> Iterator[bytes]:
        yield self.beginning(table)
        for block in table.blocks:
            yield self.lines(zip(*block, strict=True))

    def beginning(self, table: Table) -> bytes:
        """All that stands before the rows."""
        return self._mark + self.lines(table.heads)

    def lines(self, rows: Iterable[Sequence[str | None]]) -> bytes:
        target = io.StringIO(newline="")
        # As PostgreSQL ends its lines.
        csv.writer(target, delimiter=self.delimiter, lineterminator="\n").writerows(rows)
        return target.getvalue().encode("utf-8", "surrogatepass")
