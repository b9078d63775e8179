"""Workbooks made of parts of one's own, to be read or refused."""

import io
import zipfile

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*rows: list[object]) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target


def with_part(name: str, content: bytes, *, level: int = 9) -> io.BytesIO:
    """A real workbook with one part replaced or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(workbook(["email"], ["ana@example.com"])) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as made,
    ):
        for part in source.infolist():
            if part.filename != name:
                made.writestr(part.filename, source.read(part))
        made.writestr(name, content)
    return target


def sheet(rows: str, before: str = "") -> io.BytesIO:
    return with_part(
        "xl/worksheets/sheet1.xml", f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    )
