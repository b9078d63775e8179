"""The book of an xls file of Excel 97 to 2003: its sheets, texts, formats and rows."""

import struct
from collections.abc import Iterator
from typing import ClassVar

from crm.worksheets.formats.reading.workbook import cells
from crm.worksheets.formats.reading.workbook.book import BaseBook, BookRow, BookSheet
from crm.worksheets.formats.reading.workbook.compound import Compound
from crm.worksheets.formats.reading.workbook.records import BOF, CONTINUE, Records, Texts
from crm.worksheets.formats.reading.workbook.refusal_codes import Refused
from crm.worksheets.formats.reading.workbook.xls_rows import XlsSheetReader

BIFF8 = struct.pack("<H", 0x0600)
FILEPASS, DATEMODE, FORMAT, XF, BOUNDSHEET, SST, DIMENSIONS = 0x002F, 0x0022, 0x041E, 0x00E0, 0x0085, 0x00FC, 0x0200


class XlsBook(BaseBook):
    kind: ClassVar[str] = "xls"

    def __init__(self, compound: Compound) -> None:
        super().__init__()
        if "Workbook" not in compound:
            raise Refused("old" if "Book" in compound else "encrypted" if "EncryptedPackage" in compound else "no_worksheet")
        self._records = Records(compound.blocks("Workbook"))
        self._codes: dict[int, str] = {}
        self._formats: list[int] = []
        self._strings: list[str] = []
        self._is_1904 = False
        try:
            self._read_globals()
        except (struct.error, IndexError) as error:
            raise Refused("damaged") from error

    def lines(self, sheet: BookSheet) -> Iterator[BookRow]:
        formats = [cells.format_of(number, self._codes.get(number, "")) for number in self._formats]
        reader = XlsSheetReader(self._strings, formats, is_1904=self._is_1904, noticed=self.noticed)
        return reader.lines(self._records.from_place(int(sheet.part)))

    def _read_globals(self) -> None:
        table: list[bytes] = []
        is_text = False
        for kind, content in self._records.from_place(0):
            if kind == BOF and content[:2] != BIFF8:
                raise Refused("old")
            is_text = kind == SST or (kind == CONTINUE and is_text)
            if is_text:
                table.append(content)
            else:
                self._meet(kind, content)
        self._strings = _texts(table)

    def _meet(self, kind: int, content: bytes) -> None:
        if kind == FILEPASS:
            raise Refused("encrypted")
        if kind == DATEMODE:
            self._is_1904 = content[:1] == b"\x01"
        elif kind == FORMAT:
            self._codes[struct.unpack_from("<H", content)[0]] = Texts([content[2:]]).text()
        elif kind == XF:
            self._formats.append(struct.unpack_from("<H", content, 2)[0])
        elif kind == BOUNDSHEET:
            self._add_sheet(content)

    def _add_sheet(self, content: bytes) -> None:
        place, state, kind = struct.unpack_from("<IBB", content)
        if kind == 0:  # charts, macros and Visual Basic have sheets of other kinds
            name = Texts([struct.pack("<H", content[6]) + content[7:]]).text()
            self.sheets.append(BookSheet(name, str(place), self._rows(place), is_hidden=bool(state & 3)))

    def _rows(self, place: int) -> int | None:
        for kind, content in self._records.from_place(place):
            if kind == DIMENSIONS:
                return int(struct.unpack_from("<I", content, 4)[0])
        return None


def _texts(table: list[bytes]) -> list[str]:
    if not table:
        return []
    count = struct.unpack_from("<I", table[0], 4)[0]
    texts = Texts([table[0][8:], *table[1:]])
    return [texts.text() for _ in range(count)]
