"""The texts that the cells of an xlsx workbook point to: read as far as they are asked for, in bounded memory."""

import os
import re
import tempfile
from array import array
from collections.abc import Iterator

from crm.worksheets.formats.reading.workbook.markup import chunks, fed, local, new_parser, unescaped
from crm.worksheets.formats.reading.workbook.refusal_codes import Refused

KEPT = 24 << 20  # characters that are held in memory; what comes after them lies in a file
USUAL = re.compile(r"<si><t(?: xml:space=\"preserve\")?>([^<]*)</t></si>")
# A character that XML cannot hold is written as its number between underscores.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SharedStrings:
    """A list of texts; raises Refused for a place that it does not have."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._source = texts(blocks)
        self._kept: list[str] = []
        self._length = 0
        self._spool: _Spool | None = None

    def __getitem__(self, place: int) -> str:
        try:
            return self._kept[place]
        except IndexError:
            return self._later(place)

    def _later(self, place: int) -> str:
        while place >= self._count():
            text = next(self._source, None)
            if text is None:
                raise Refused("damaged")
            self._keep(text)
        return self._kept[place] if place < len(self._kept) else self._spool[place - len(self._kept)]  # type: ignore[index]

    def _count(self) -> int:
        return len(self._kept) + (len(self._spool) if self._spool else 0)

    def _keep(self, text: str) -> None:
        if self._length < KEPT:
            self._kept.append(text)
            self._length += len(text) + 50  # what a text costs besides its characters
        else:
            self._spool = self._spool or _Spool()
            self._spool.append(text)


class _Spool:
    """Texts in a file without a name, each found by where it ends."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=1 << 20)  # noqa: SIM115  # it lives as long as this process
        self._ends = array("Q", [0])
        self._written = 0

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, text: str) -> None:
        raw = text.encode()
        self._file.write(raw)
        self._ends.append(self._ends[-1] + len(raw))

    def __getitem__(self, place: int) -> str:
        start, end = self._ends[place], self._ends[place + 1]
        if end > self._written:
            self._file.flush()
            self._written = self._ends[-1]
        return os.pread(self._file.fileno(), end - start, start).decode()


def texts(blocks: Iterator[bytes]) -> Iterator[str]:
    """Yield the texts of the part, in order."""
    for chunk, name in chunks(blocks, root="sst", element="si"):
        if (at := chunk.find(f"<{name}")) < 0:
            continue
        usual = USUAL.findall(chunk, at)
        if len(usual) == chunk.count(f"<{name}", at) and "<!" not in chunk:
            yield from map(plain, usual) if "&" in chunk or "_x" in chunk else usual
        else:
            yield from _rich_texts(chunk[at:].partition(name.replace("si", "</sst"))[0])


def _rich_texts(items: str) -> Iterator[str]:
    """Texts of several runs, without the reading aids of Japanese; and empty ones."""
    found: list[list[str]] = []
    path: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        path.append(local(name))
        if path[-1] == "si":
            found.append([])

    def text(piece: str) -> None:
        if path[-1] == "t" and "rPh" not in path:
            found[-1].append(piece)

    parser = new_parser(start, lambda _name: path.pop())
    parser.CharacterDataHandler = text
    for _ in fed(parser, [f"<sst>{items}</sst>".encode()]):
        pass
    return (decoded("".join(pieces)) for pieces in found)


def plain(text: str) -> str:
    """Return the text of the XML between two tags."""
    return decoded(unescaped(text))


def decoded(text: str) -> str:
    return ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return "\ufffd" if 0xD800 <= number < 0xE000 else chr(number)
