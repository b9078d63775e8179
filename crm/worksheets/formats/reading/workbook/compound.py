"""The file system inside an old Office file ([MS-CFB]): its streams, read piece by piece."""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from crm.worksheets.formats.reading.workbook.refusal_codes import Refused

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FREE = 0xFFFFFFFA  # this and above are no sectors
IN_HEADER = 109  # sectors of the table whose places are in the header itself
STREAM, ROOT = 2, 5
MOST_ENTRIES = 10_000


@dataclass(frozen=True)
class DirectoryEntry:
    name: str
    kind: int
    start: int
    size: int


class Compound:
    """Raises Refused("damaged") for what does not hold together."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        file.seek(0)
        header = file.read(512)
        if len(header) < 512 or header[:8] != MAGIC:
            raise Refused("damaged")
        shift, mini_shift = struct.unpack_from("<HH", header, 30)
        if shift not in {9, 12} or mini_shift != 6:
            raise Refused("damaged")
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        self._sectors = file.seek(0, 2) // self._size
        directory, self._cutoff, mini_table = struct.unpack_from("<I4xII", header, 48)
        self._table = self._read_table(header)
        entries = list(_entries(b"".join(self._chain(directory, self._table))))
        self._streams = {entry.name.lower(): entry for entry in entries if entry.kind == STREAM}
        root = next((entry for entry in entries if entry.kind == ROOT), None)
        self._mini_start = root.start if root else FREE
        self._mini_table = _numbers(b"".join(self._chain(mini_table, self._table)))

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._streams

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield the stream of this name, sector by sector."""
        entry = self._streams[name.lower()]
        left = entry.size
        for block in self._sectors_of(entry):
            yield block[:left]
            left -= len(block)
            if left <= 0:
                return
        raise Refused("damaged")

    def _sectors_of(self, entry: DirectoryEntry) -> Iterator[bytes]:
        if entry.size >= self._cutoff:
            yield from self._chain(entry.start, self._table)
            return
        whole = b"".join(self._chain(self._mini_start, self._table))
        for place in _places(entry.start, self._mini_table):
            yield whole[place * self._mini_size : (place + 1) * self._mini_size]

    def _chain(self, start: int, table: "array[int]") -> Iterator[bytes]:
        return (self._sector(place) for place in _places(start, table))

    def _sector(self, place: int) -> bytes:
        if place >= self._sectors:
            raise Refused("damaged")
        self._file.seek((place + 1) * self._size)
        return self._file.read(self._size)

    def _read_table(self, header: bytes) -> "array[int]":
        """Which sector follows which."""
        places = list(struct.unpack_from(f"<{IN_HEADER}I", header, 76))
        further, left = struct.unpack_from("<II", header, 68)
        while left and further < FREE and len(places) <= self._sectors:
            *more, further = _numbers(self._sector(further))
            places += more
            left -= 1
        return _numbers(b"".join(self._sector(place) for place in places if place < FREE))


def _places(start: int, table: "array[int]") -> Iterator[int]:
    """Yield the sectors of a chain; one that goes round is longer than the table."""
    place = start
    for _ in range(len(table) + 1):
        if place >= FREE:
            return
        if place >= len(table):
            break
        yield place
        place = table[place]
    raise Refused("damaged")


def _numbers(raw: bytes) -> "array[int]":
    return array("I", struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))


def _entries(directory: bytes) -> Iterator[DirectoryEntry]:
    for at in range(0, min(len(directory), MOST_ENTRIES * 128) - 127, 128):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        start, size = struct.unpack_from("<II", directory, at + 116)
        if kind in {STREAM, ROOT} and 2 <= length <= 64:
            yield DirectoryEntry(directory[at : at + length - 2].decode("utf-16-le", errors="replace"), kind, start, size)
