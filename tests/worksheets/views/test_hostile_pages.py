"""What the page says to somebody who uploads a file that hurts: refused with a sentence, or read for what it is."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import strip_tags
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from crm.people.models import Role
from crm.worksheets.models import Worksheet
from tests.worksheets.formats.packages import sheet, with_part, workbook

DOCTYPE = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;">]>'


@pytest.fixture
def client(sign_in) -> Client:
    return sign_in(Role.ADMINISTRATOR)


@pytest.fixture
def upload_page(client) -> Callable[[bytes, str], tuple[int, str]]:
    """Status and text of the page that answers an upload."""

    def uploaded(content: bytes, name: str) -> tuple[int, str]:
        page = client.post("/worksheets/new/", {"entity": "CL", "file": SimpleUploadedFile(name, content)}, follow=True)
        return page.status_code, " ".join(strip_tags(page.content.decode()).split())

    return uploaded


def other_package(part: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(part, b"x")
    return target.getvalue()


def cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def head(*names: str) -> str:
    return f"<row>{''.join(map(cell, names))}</row>"


REFUSED = {
    "zip bomb": (
        with_part("xl/worksheets/sheet1.xml", b" " * (9 << 20)).getvalue(),
        "is packed more tightly than worksheets are",
    ),
    "entity bomb": (sheet(head("email"), DOCTYPE).getvalue(), "declares XML entities, as only harmful ones do"),
    "far and empty": (
        sheet("".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 800))).getvalue(),
        "The worksheet has 16,384 columns; at most 1,000 can be read. Delete those that are not needed.",
    ),
    "xlsb": (other_package("xl/workbook.bin"), "Workbooks of the kind xlsb cannot be read. Save it as xlsx"),
    "empty": (b"", "file is empty"),
    "blank": (b"\r\n\r\n", "The file is empty."),
    "renamed program": (
        b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + bytes(range(256)) * 8,
        "neither a workbook (xlsx, xls, ods) nor a text worksheet",
    ),
    "16,384 columns": (
        sheet(head("email", *(f"c{n}" for n in range(16_383))) + head("ana@example.com")).getvalue(),
        "The worksheet has 16,384 columns; at most 1,000 can be read. Delete those that are not needed.",
    ),
    "cut off": (workbook(["email"], ["a@b.co"]).getvalue()[:-30], "The file is damaged"),
}


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_beside_its_field_and_not_kept(upload_page, content, said):
    status, text = upload_page(content, "list.xlsx")

    assert (status, said in text or text) == (422, True)
    assert not Worksheet.objects.exists()


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def book_of(*rows: list[object]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def dates(epoch: datetime) -> bytes:
    book = openpyxl.Workbook()
    book.epoch = epoch
    book.active.append(["email", "birthDate"])
    book.active.append(["ana@example.com", date(1985, 3, 28)])
    return saved(book)


def formulas() -> bytes:
    return sheet(
        head("email", "firstName") + f'<row>{cell("ana@example.com")}<c t="str"><f>UPPER("ana")</f><v>ANA</v></c></row>'
    ).getvalue()


def merged() -> bytes:
    book = book_of(["email", "firstName"], ["ana@example.com", "Ana"], ["eva@example.com", None])
    book.active.merge_cells("B2:B3")
    return saved(book)


def hidden() -> bytes:
    book = book_of(["email", "firstName"], ["ana@example.com", "Ana"], ["eva@example.com", "Eva"])
    book.active.row_dimensions[3].hidden = True
    return saved(book)


READ = {
    "formula cells": (formulas(), ["1 cell holds a formula: the values are those of the last calculation.", "ANA"]),
    "merged cells": (merged(), ["1 range of cells is merged: only the first cell of each has the value"]),
    "hidden rows": (hidden(), ["1 hidden row is read as well.", "Import 2"]),
    "days from 1900": (dates(CALENDAR_WINDOWS_1900), ["1985-03-28"]),
    "days from 1904": (dates(CALENDAR_MAC_1904), ["1985-03-28"]),
    "numbers as text": (
        sheet(head("email", "document") + f"<row>{cell('ana@example.com')}{cell('00412')}</row>").getvalue(),
        ["00412"],
    ),
    "nul": (b"email,firstName\nana@example.com,A\0na\neva@example.com,Eva\n", ["Import 1", "1 row"]),
    "a cell of a megabyte": (b"email,firstName\nana@example.com," + b"x" * (1 << 20) + b"\neva@example.com,Eva\n", ["Import 1"]),
    "a mark at the beginning": (b"\xef\xbb\xbfemail,firstName\nana@example.com,Ana\n", ["Import 1"]),
    "old line ends": (b"email,firstName\rana@example.com,Ana\r", ["Import 1"]),
    "doubled line ends": (b"email,firstName\r\r\nana@example.com,Ana\r\r\n", ["Import 1"]),
    "no header": (
        b"ana@example.com,Ana\neva@example.com,Eva\n",
        ["No row seems to name the columns, so they are called A, B, C and so on.", "Nothing is written yet."],
    ),
    "header only": (b"email,firstName\n", ["There is no row below the names of the columns."]),
    "a quote never closed": (
        b'email,firstName\nana@example.com,"Ana\neva@example.com,Eva\n',
        ["A quote is opened here and never closed.", "Import 1"],
    ),
    "no text of one encoding": (
        b"email,firstName\nana@example.com,Jo\xe3o\xff\x81\neva@example.com,Jo\xc3\xa3o\n",
        ["How are these letters to be read?"],
    ),
    "a cell in the last corner": (
        sheet(
            f'<row r="1">{cell("email")}</row><row r="2">{cell("ana@example.com")}</row>'
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ).getvalue(),
        ["1 row is refused", "Import 1"],
    ),
}


@pytest.mark.parametrize(("content", "said"), READ.values(), ids=READ)
def test_what_can_be_read_says_what_is_odd_about_it(upload_page, content, said):
    status, text = upload_page(content, "list.csv")

    assert (status, [piece for piece in said if piece not in text] and text) == (200, [])
