"""The book of an xlsx file: its sheets, its texts, its formats."""

import posixpath
import re
from collections.abc import Iterator
from typing import ClassVar

from crm.worksheets.formats.reading.workbook import cells
from crm.worksheets.formats.reading.workbook.book import BaseBook, BookRow, BookSheet
from crm.worksheets.formats.reading.workbook.markup import Attributes, attribute, elements
from crm.worksheets.formats.reading.workbook.package import Package
from crm.worksheets.formats.reading.workbook.refusal_codes import Refused
from crm.worksheets.formats.reading.workbook.strings import SharedStrings
from crm.worksheets.formats.reading.workbook.xlsx_rows import XlsxSheetReader

DIMENSION = re.compile(rb'<(?:\w+:)?dimension ref="(?:[A-Z]+[0-9]+:)?[A-Z]+([0-9]{1,7})"')
TRUE = {"1", "true", "on"}


class XlsxBook(BaseBook):
    kind: ClassVar[str] = "xlsx"

    def __init__(self, package: Package) -> None:
        super().__init__()
        self._package = package
        self._main = _main_part(package)
        self._targets = _targets(package, self._main)
        self._is_1904 = False
        for name, attributes in elements(package.read(self._main)):
            if name == "workbookPr":
                self._is_1904 = attribute(attributes, "date1904") in TRUE
            elif name == "sheet":
                self._add_sheet(attributes)

    def lines(self, sheet: BookSheet) -> Iterator[BookRow]:
        reader = XlsxSheetReader(self._strings(), self._formats(), is_1904=self._is_1904, noticed=self.noticed)
        return reader.lines(self._package.blocks(sheet.part))

    def _add_sheet(self, attributes: Attributes) -> None:
        """Charts, dialogs and macros have sheets too, but no rows."""
        kind, part = self._targets.get(attribute(attributes, "id"), ("", ""))
        if kind != "worksheet" or part not in self._package:
            return
        found = DIMENSION.search(next(self._package.blocks(part), b""))
        rows = int(found[1]) if found else None
        is_hidden = attribute(attributes, "state") in {"hidden", "veryHidden"}
        self.sheets.append(BookSheet(attribute(attributes, "name"), part, rows, is_hidden))

    def _strings(self) -> SharedStrings:
        part = self._part_of_kind("sharedStrings")
        return SharedStrings(self._package.blocks(part) if part else iter([b"<sst/>"]))

    def _formats(self) -> list[cells.NumberFormat]:
        part = self._part_of_kind("styles")
        return list(_formats(self._package.read(part))) if part else []

    def _part_of_kind(self, kind: str) -> str:
        return next((part for found, part in self._targets.values() if found == kind and part in self._package), "")


def _main_part(package: Package) -> str:
    targets = _targets(package, "")
    part = next((part for kind, part in targets.values() if kind == "officeDocument"), "xl/workbook.xml")
    if part not in package:
        raise Refused("damaged")
    return part


def _targets(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part points to, by the id of the relationship: its kind, and its own part."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in package:
        return {}
    found = {}
    for element, attributes in elements(package.read(relations)):
        if element == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = kind, target
    return found


def _formats(styles: bytes) -> Iterator[cells.NumberFormat]:
    """Yield the number format of each style that a cell may name."""
    codes: dict[int, str] = {}
    is_of_cells = False
    for name, attributes in elements(styles):
        if name == "numFmt":
            codes[_number(attributes, "numFmtId")] = attributes.get("formatCode", "")
        elif name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            is_of_cells = name == "cellXfs"
        elif name == "xf" and is_of_cells:
            number = _number(attributes, "numFmtId")
            yield cells.format_of(number, codes.get(number, ""))


def _number(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "0")
    return int(text) if text.isdecimal() else 0
