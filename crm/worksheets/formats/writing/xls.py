"""Tables as xls of Excel 97 to 2003. At most 65,536 rows, so it may be put together as a whole."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from typing import ClassVar

import xlwt

from crm.worksheets.formats.tables import CellKind, Table
from crm.worksheets.formats.writing.base import WriteFormat, sheet_name
from crm.worksheets.formats.writing.xlsx import DAY_ONE, EXACT, FIRST_DAY

BLOCK = 1 << 16
ROWS_KEPT = 1_000  # before they are put into a file


class XlsFormat(WriteFormat):
    name: ClassVar[str] = "xls"
    label: ClassVar[str] = "Excel 97–2003 (xls)"
    content_type: ClassVar[str] = "application/vnd.ms-excel"
    most_rows: ClassVar[int] = 65_536
    most_columns: ClassVar[int] = 256
    longest_cell: ClassVar[int] = 32_767

    def chunks(self, table: Table) -> Iterator[bytes]:
        with tempfile.TemporaryFile() as file:
            _book(table).save(file)
            file.seek(0)
            yield from iter(lambda: file.read(BLOCK), b"")


def _book(table: Table) -> xlwt.Workbook:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(sheet_name(table.title))
    sheet.set_panes_frozen(True)
    sheet.set_horz_split_pos(len(table.heads))
    bold = xlwt.easyxf("font: bold on", num_format_str="@")
    for number, names in enumerate(table.heads):
        for place, name in enumerate(names):
            sheet.write(number, place, name, bold)
    styles = {"text": xlwt.easyxf(num_format_str="@"), "date": xlwt.easyxf(num_format_str="yyyy-mm-dd")}
    number = len(table.heads) - 1
    for block in table.blocks:
        for cells in zip(*block, strict=True):
            number += 1
            _write_row(sheet.row(number), cells, table.kinds, styles)
            if number % ROWS_KEPT == 0:
                sheet.flush_row_data()
    return book


def _write_row(row: xlwt.Row, cells: tuple[str | None, ...], kinds: Sequence[CellKind], styles: dict[str, xlwt.XFStyle]) -> None:
    for place, (kind, cell) in enumerate(zip(kinds, cells, strict=True)):
        if not cell:
            continue
        if kind == "number" and sum(map(str.isdigit, cell)) <= EXACT:
            row.set_cell_number(place, float(cell))
        elif kind == "boolean":
            row.set_cell_boolean(place, cell == "true")
        elif kind == "date" and cell >= FIRST_DAY:
            row.set_cell_number(place, date.fromisoformat(cell).toordinal() - DAY_ONE, styles["date"])
        else:
            row.set_cell_text(place, cell, styles["text"])
