"""The records of an xls workbook ([MS-XLS], BIFF8): numbered pieces of at most 8 KB, one after the other."""

import struct
from collections.abc import Iterator

from crm.worksheets.formats.reading.workbook.refusal_codes import Refused

BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
HEAD = struct.Struct("<HH")


class Records:
    """A stream of records that can be read on from any place."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        # Old workbooks hold at most 65,536 rows a sheet; the largest met in practice have some tens of megabytes.
        self._raw = b"".join(blocks)

    def from_place(self, place: int) -> Iterator[tuple[int, bytes]]:
        """Kind and content of each record up to the end of the part that begins here; parts inside it are left out."""
        raw, depth = self._raw, 0
        while True:
            if place + 4 > len(raw):
                raise Refused("damaged")
            kind, length = HEAD.unpack_from(raw, place)
            content = raw[place + 4 : place + 4 + length]
            place += 4 + length
            depth += kind == BOF
            if depth <= 1:
                yield kind, content
            if kind == EOF:
                depth -= 1
                if depth <= 0:
                    return


class Texts:
    """Reads texts from a record that goes on in others, where characters may change their width."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._piece = 0
        self._at = 0

    def text(self) -> str:
        """Return the next text, without its runs of fonts and its reading aids."""
        length, flags = struct.unpack("<HB", self.take(3))
        runs = struct.unpack("<H", self.take(2))[0] if flags & 8 else 0
        extension = struct.unpack("<I", self.take(4))[0] if flags & 4 else 0
        text = self._characters(length, is_wide=bool(flags & 1))
        self._skip(4 * runs + extension)
        return text

    def take(self, size: int) -> bytes:
        """Bytes that mean the same in whichever record they lie."""
        taken = self._next(size)
        while len(taken) < size:
            taken += self._next(size - len(taken))
        return taken

    def _skip(self, size: int) -> None:
        while size:
            size -= len(self._next(size))

    def _characters(self, length: int, *, is_wide: bool) -> str:
        raw = self._next(length * 2 if is_wide else length) if length else b""
        if len(raw) == (length * 2 if is_wide else length):
            return raw.decode("utf-16-le" if is_wide else "latin-1", errors="replace")
        units = _units(raw, is_wide=is_wide)
        while len(units) < 2 * length:
            is_wide = bool(self.take(1)[0] & 1)
            left = length - len(units) // 2
            units += _units(self._next(left * 2 if is_wide else left), is_wide=is_wide)
        return units.decode("utf-16-le", errors="replace")

    def _next(self, most: int) -> bytes:
        """At least one byte, and no more than lie in one record."""
        if self._at >= len(self._pieces[self._piece]):
            self._piece, self._at = self._piece + 1, 0
            if self._piece >= len(self._pieces) or not self._pieces[self._piece]:
                raise Refused("damaged")
        found = self._pieces[self._piece][self._at : self._at + most]
        self._at += len(found)
        return found


def _units(raw: bytes, *, is_wide: bool) -> bytes:
    """Characters as units of two bytes."""
    return raw[: len(raw) // 2 * 2] if is_wide else raw.decode("latin-1").encode("utf-16-le")
