"""Tables as csv: UTF-8, commas, and quotes where they are needed."""

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

    def __init__(self, delimiter: str = ",") -> None:
        self._delimiter = delimiter

    def chunks(self, table: Table) -> Iterator[bytes]:
        yield self.lines(table.heads)
        for block in table.blocks:
            yield self.lines(zip(*block, strict=True))

    def lines(self, rows: Iterable[Sequence[str | None]]) -> bytes:
        target = io.StringIO(newline="")
        # As PostgreSQL ends its lines.
        csv.writer(target, delimiter=self._delimiter, lineterminator="\n").writerows(rows)
        return target.getvalue().encode("utf-8", "surrogatepass")
