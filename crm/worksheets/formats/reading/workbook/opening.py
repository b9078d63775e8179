"""Detects by its content which kind of workbook a file is."""

from typing import IO

from crm.worksheets.formats.reading.workbook.book import Book
from crm.worksheets.formats.reading.workbook.compound import MAGIC, Compound
from crm.worksheets.formats.reading.workbook.ods import CONTENT, OdsBook
from crm.worksheets.formats.reading.workbook.package import Package
from crm.worksheets.formats.reading.workbook.refusal_codes import Refused
from crm.worksheets.formats.reading.workbook.xls import XlsBook
from crm.worksheets.formats.reading.workbook.xlsx import XlsxBook

SPREADSHEET = b"opendocument.spreadsheet"
OTHERS = {"word/": "document", "ppt/": "document", "content.xml": "document", "xl/workbook.bin": "binary", "Index/": "numbers"}


def open_book(file: IO[bytes]) -> Book:
    """Raises Refused."""
    file.seek(0)
    if file.read(len(MAGIC)) == MAGIC:
        return XlsBook(Compound(file))
    package = Package(file)
    if "xl/workbook.bin" in package:
        raise Refused("binary")
    if package.is_there("xl/"):
        return XlsxBook(package)
    if CONTENT in package and SPREADSHEET in (package.read("mimetype") if "mimetype" in package else SPREADSHEET):
        return OdsBook(package)
    raise Refused(next((code for name, code in OTHERS.items() if package.is_there(name)), "no_worksheet"))
