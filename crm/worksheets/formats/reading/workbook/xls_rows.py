"""The rows of one xls sheet, from its records."""

import struct
from collections.abc import Callable, Iterable, Iterator

from crm.worksheets.formats.reading.workbook import cells
from crm.worksheets.formats.reading.workbook.book import BookNotes, BookRow
from crm.worksheets.formats.reading.workbook.records import CONTINUE, Texts
from crm.worksheets.formats.reading.workbook.refusal_codes import Flaw, NoValue, Refused

ROW, LABELSST, RK, MULRK, NUMBER, LABEL, RSTRING = 0x0208, 0x00FD, 0x027E, 0x00BD, 0x0203, 0x0204, 0x00D6
BOOLERR, FORMULA, STRING, MERGED = 0x0205, 0x0006, 0x0207, 0x00E5
PLACE = struct.Struct("<HHH")  # row, column, style
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
HIDDEN = 0x20
NO_NUMBER = b"\xff\xff"
BOOLEAN_RESULT, ERROR_RESULT = 1, 2
WHOLE_BELOW = 1e15


class XlsSheetReader:
    def __init__(self, strings: list[str], formats: list[cells.NumberFormat], *, is_1904: bool, noticed: BookNotes) -> None:
        self._strings = strings
        self._formats = formats
        self._is_1904 = is_1904
        self._noticed = noticed
        self._line = BookRow(0, [], [])
        self._done: list[BookRow] = []
        self._formula, self._string = 0, list[bytes]()  # a formula's place, and the text that it gives
        self._takers: dict[int, Callable[[bytes], None]] = {
            LABELSST: self._take_shared, RK: self._take_rk, MULRK: self._take_rks, NUMBER: self._take_number,
            LABEL: self._take_label, RSTRING: self._take_label, BOOLERR: self._take_boolean,
            FORMULA: self._take_formula, STRING: self._take_string, ROW: self._see_row, MERGED: self._see_merged,
        }  # fmt: skip

    def lines(self, records: Iterable[tuple[int, bytes]]) -> Iterator[BookRow]:
        try:
            for kind, content in records:
                self._end_string(kind, content)
                if taker := self._takers.get(kind):
                    taker(content)
                    yield from self._done
                    self._done.clear()
        except (struct.error, IndexError) as error:
            raise Refused("damaged") from error
        if self._line.cells:
            yield self._line

    def _put(self, row: int, column: int, text: str) -> None:
        if row + 1 != self._line.number:
            self._go_to(row + 1)
        line = self._line.cells
        if column >= len(line):
            line.extend([""] * (column + 1 - len(line)))
        line[column] = text

    def _go_to(self, number: int) -> None:
        if number < self._line.number:
            raise Refused("damaged")
        if self._line.cells:
            self._done.append(self._line)
        self._line = BookRow(number, [], [])

    def _put_flaw(self, row: int, column: int, nothing: NoValue) -> None:
        self._put(row, column, nothing.shown)
        self._line.flaws.append(Flaw(column, nothing.shown, nothing.code))

    def _put_number(self, row: int, column: int, style: int, number: float) -> None:
        form = self._formats[style] if style < len(self._formats) else cells.PLAIN
        written = str(int(number)) if number.is_integer() and abs(number) < WHOLE_BELOW else repr(number)
        try:
            self._put(row, column, cells.shown(written, form, is_1904=self._is_1904))
        except NoValue as nothing:
            self._put_flaw(row, column, nothing)

    def _take_shared(self, content: bytes) -> None:
        row, column, _style, place = struct.unpack_from("<HHHI", content)
        self._put(row, column, self._strings[place])

    def _take_label(self, content: bytes) -> None:
        row, column, _style = PLACE.unpack_from(content)
        self._put(row, column, Texts([content[6:]]).text())

    def _take_number(self, content: bytes) -> None:
        row, column, style, number = struct.unpack_from("<HHHd", content)
        self._put_number(row, column, style, number)

    def _take_rk(self, content: bytes) -> None:
        row, column, style, written = struct.unpack_from("<HHHI", content)
        self._put_number(row, column, style, _rk(written))

    def _take_rks(self, content: bytes) -> None:
        row, first = struct.unpack_from("<HH", content)
        for place in range((len(content) - 6) // 6):
            style, written = struct.unpack_from("<HI", content, 4 + 6 * place)
            self._put_number(row, first + place, style, _rk(written))

    def _take_boolean(self, content: bytes) -> None:
        row, column, _style = PLACE.unpack_from(content)
        value, is_error = content[6], content[7]
        self._put_truth(row, column, value, is_error=bool(is_error))

    def _put_truth(self, row: int, column: int, value: int, *, is_error: bool) -> None:
        if is_error:
            self._put_flaw(row, column, NoValue(ERRORS.get(value, "#N/A"), "error"))
        else:
            self._put(row, column, "true" if value else "false")

    def _take_formula(self, content: bytes) -> None:
        """A number, or, marked by its last two bytes, something else."""
        self._noticed.formulas += 1
        row, column, style = PLACE.unpack_from(content)
        kind, value = content[6], content[8]
        if content[12:14] != NO_NUMBER:
            self._put_number(row, column, style, struct.unpack_from("<d", content, 6)[0])
        elif kind in {BOOLEAN_RESULT, ERROR_RESULT}:
            self._put_truth(row, column, value, is_error=kind == ERROR_RESULT)
        else:
            self._put(row, column, "")  # the text comes in a record of its own
            self._formula = column

    def _take_string(self, content: bytes) -> None:
        self._string = [content]

    def _end_string(self, kind: int, content: bytes) -> None:
        """A text that is longer than a record goes on in the next ones."""
        if self._string and kind == CONTINUE:
            self._string.append(content)
        elif self._string:
            self._line.cells[self._formula] = Texts(self._string).text()
            self._string = []

    def _see_row(self, content: bytes) -> None:
        self._noticed.hidden_rows += bool(content[12] & HIDDEN)

    def _see_merged(self, content: bytes) -> None:
        self._noticed.merged += struct.unpack_from("<H", content)[0]


def _rk(written: int) -> float:
    """Return a number in 30 bits: whole or the upper part of a float, perhaps in hundredths."""
    if written & 2:
        number = float(written >> 2 if written < 1 << 31 else (written >> 2) - (1 << 30))
    else:
        number = struct.unpack("<d", struct.pack("<II", 0, written & 0xFFFFFFFC))[0]
    return number / 100 if written & 1 else number
