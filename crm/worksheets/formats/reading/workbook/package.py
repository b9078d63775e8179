"""A zip of XML parts, checked by its table of contents before any part is unpacked."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from crm.worksheets.formats.reading.workbook.refusal_codes import Refused

MOST_PARTS = 10_000
LONGEST_CONTENTS = 4 << 20  # bytes of the table of contents
MOST_UNPACKED = 4 << 30  # a million rows of forty columns are about half of that
# Sheets of a million equal rows were seen to shrink to a 120th; a bomb of zeros shrinks to a 1000th.
LARGEST_RATIO = 250
SMALL = 8 << 20  # what is not larger when unpacked does no harm, whatever its ratio
SMALL_PART = 64 << 20  # of parts that are read as a whole
BLOCK = 1 << 18

# What `zipfile` raises, and lets through, when it meets nonsense.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, KeyError, ValueError, EOFError, OSError, NotImplementedError, RuntimeError,
)  # fmt: skip
END_OF_CONTENTS = b"PK\x05\x06"
DECLARED = re.compile(rb"""\A(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Package:
    """Raises Refused for what is damaged, encrypted or out of proportion, at opening or at reading."""

    def __init__(self, file: IO[bytes]) -> None:
        _refuse_long_contents(file)
        try:
            self._zip = ZipFile(file)
        except DAMAGE as error:
            raise Refused("damaged") from error
        for part in self._zip.infolist():
            _refuse_part(part)
        if sum(part.file_size for part in self._zip.infolist()) > MOST_UNPACKED:
            raise Refused("unpacked")

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def is_there(self, prefix: str) -> bool:
        return any(name.startswith(prefix) for name in self._zip.NameToInfo)

    def read(self, name: str) -> bytes:
        """Return a small part as a whole, in UTF-8."""
        if name in self and self._zip.getinfo(name).file_size > SMALL_PART:
            raise Refused("unpacked")
        return b"".join(self.blocks(name))

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece, in UTF-8."""
        try:
            with self._zip.open(name) as part:
                yield from _in_utf8(iter(lambda: part.read(BLOCK), b""))
        except DAMAGE as error:
            raise Refused("damaged") from error


def _refuse_long_contents(file: IO[bytes]) -> None:
    """Before `zipfile` makes an object of each entry."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))  # the longest that a comment lets the end record be away from the end
    tail = file.read()
    at = tail.rfind(END_OF_CONTENTS)
    if at < 0 or len(tail) - at < 22:
        raise Refused("damaged")
    parts, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    if parts > MOST_PARTS or length > LONGEST_CONTENTS:  # 65,535 parts stand for "more than that"
        raise Refused("parts")


def _refuse_part(part: ZipInfo) -> None:
    if part.flag_bits & 1:
        raise Refused("encrypted")
    if part.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise Refused("damaged")
    if part.file_size > SMALL and part.file_size > LARGEST_RATIO * part.compress_size:
        raise Refused("ratio")


def _in_utf8(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Some programs write their parts in UTF-16, and XML may say any encoding."""
    first = next(blocks, b"")
    declared = DECLARED.match(first)
    name = "utf-16" if first.startswith(UTF16) else declared[1].decode().lower() if declared else "utf-8"
    if name in {"utf-8", "utf8", "us-ascii", "ascii"}:
        yield first
        yield from blocks
    else:
        yield from _recoded(first, blocks, name)


def _recoded(first: bytes, blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    import codecs  # noqa: PLC0415  # hardly any workbook needs it

    try:
        decoder = codecs.getincrementaldecoder(name)()
        yield decoder.decode(first).encode()
        for block in blocks:
            yield decoder.decode(block).encode()
        yield decoder.decode(b"", final=True).encode()
    except (LookupError, UnicodeError, AttributeError) as error:
        raise Refused("damaged") from error
