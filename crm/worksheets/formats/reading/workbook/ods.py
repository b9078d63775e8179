"""The book of an ods file: its sheets, found by a quick scan of the one document that holds them all."""

import re
from collections.abc import Iterator
from typing import ClassVar

from crm.worksheets.formats.reading.workbook.book import BaseBook, BookRow, BookSheet
from crm.worksheets.formats.reading.workbook.markup import elements, fed, local, new_parser, unescaped
from crm.worksheets.formats.reading.workbook.ods_rows import OdsSheetReader
from crm.worksheets.formats.reading.workbook.package import Package
from crm.worksheets.formats.reading.workbook.refusal_codes import Refused

CONTENT = "content.xml"
MANIFEST = "META-INF/manifest.xml"
# The beginning and the end of a sheet, and the rows between them.
LANDMARK = re.compile(rb"<(/?)table:table((?:[ /][^>]*)?)>|<table:table-row[ />]")
NAME = re.compile(r'table:name="([^"]*)"')
STYLE = re.compile(r'table:style-name="([^"]*)"')
LONGEST_TAG = 1 << 16


class OdsBook(BaseBook):
    kind: ClassVar[str] = "ods"

    def __init__(self, package: Package) -> None:
        super().__init__()
        if CONTENT not in package:
            raise Refused("damaged")
        if MANIFEST in package and any(name == "encryption-data" for name, _ in elements(package.read(MANIFEST))):
            raise Refused("encrypted")
        self._package = package
        hidden = _hidden_styles(package.blocks(CONTENT))
        for place, (tag, rows) in enumerate(_sheets(package.blocks(CONTENT))):
            name, style = NAME.search(tag), STYLE.search(tag)
            is_hidden = bool(style and style[1] in hidden)
            self.sheets.append(BookSheet(unescaped(name[1]) if name else str(place + 1), str(place), rows, is_hidden))

    def lines(self, sheet: BookSheet) -> Iterator[BookRow]:
        return OdsSheetReader(int(sheet.part), self.noticed).lines(self._package.blocks(CONTENT))


def _hidden_styles(blocks: Iterator[bytes]) -> set[str]:
    """Return the styles of hidden sheets. Styles stand before the sheets; reading ends there."""
    hidden: set[str] = set()
    path: list[str] = []
    style = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal style
        path.append(local(name))
        if name == "style:style":
            style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            hidden.add(style)

    for _ in fed(new_parser(start, lambda _name: path.pop()), blocks):
        if "body" in path:
            break
    return hidden


def _sheets(blocks: Iterator[bytes]) -> Iterator[tuple[str, int]]:
    """Yield the opening tag of each sheet and how many rows it writes out."""
    depth, rows, tag = 0, 0, ""
    for found in _landmarks(blocks):
        closing, written = found.groups()
        if written is None:
            rows += depth == 1
            continue
        if not closing and depth == 0:
            tag, rows = written.decode(errors="replace"), 0
        depth += -1 if closing else not written.endswith(b"/")
        if depth == 0:
            yield tag, rows


def _landmarks(blocks: Iterator[bytes]) -> Iterator[re.Match[bytes]]:
    rest = b""
    for block in blocks:
        text = rest + block
        cut = max(text.rfind(b"<"), len(text) - LONGEST_TAG)
        rest = text[cut:]
        yield from LANDMARK.finditer(text[:cut])
