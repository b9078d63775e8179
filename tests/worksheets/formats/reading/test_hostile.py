"""Files made to hurt: each is refused with a sentence, or read for what it is, by a process that can hurt nobody."""

import io
import subprocess
import zipfile

import pytest

from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.reading import reader, sandbox, workbook_files
from crm.worksheets.formats.reading.sandbox import NoAnswer, answers
from tests.worksheets.formats.packages import sheet, with_part, workbook

NAMES = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'


def read(file: io.BytesIO, **stated) -> list[list[str]]:
    form = reader.detect_format(file, **stated)
    return [reader.header_names(form), *(row.cells for row in reader.rows_of(file, form))]


def refusal(file: io.BytesIO) -> str:
    with pytest.raises(UnreadableWorksheet) as raised:
        read(file)
    return str(raised.value)


def sentence(code: str) -> str:
    return str(workbook_files.REFUSALS[code])


def test_a_zip_bomb_is_refused_by_its_table_of_contents():
    assert refusal(with_part("xl/worksheets/sheet1.xml", b" " * (9 << 20))) == sentence("ratio")


def test_a_bomb_that_lies_about_its_size_is_refused():
    raw = bytearray(with_part("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * (9 << 20)).getvalue())
    while (at := raw.find((11 + (9 << 20)).to_bytes(4, "little"))) >= 0:
        raw[at : at + 4] = (4096).to_bytes(4, "little")

    assert refusal(io.BytesIO(bytes(raw))) == sentence("damaged")


def test_a_workbook_of_very_many_parts_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for number in range(10_001):
            package.writestr(f"xl/{number}", b"")

    assert refusal(target) == sentence("parts")


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_entities_are_refused_where_they_are_declared(part):
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><worksheet><sheetData><row><c t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData></worksheet>'

    assert refusal(with_part(part, bomb.encode())) == sentence("entities")


def test_a_cell_in_the_last_corner_is_one_row_and_no_memory():
    rows = read(sheet(f'{NAMES}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))

    assert (len(rows), len(rows[1]), rows[1][-1]) == (2, 16_384, "1")


def test_a_sheet_of_very_wide_and_empty_rows_is_refused():
    file = sheet(NAMES + "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 800)))

    assert refusal(file) == sentence("sparse")


def test_16384_cells_and_a_cell_of_a_million_characters():
    wide = "".join(f"<c><v>{n}</v></c>" for n in range(16_384))
    long = f'<c t="inlineStr"><is><t>{"x" * 1_000_000}</t></is></c>'

    rows = read(sheet(f"{NAMES}<row>{wide}</row><row>{long}</row>"))

    assert (len(rows[1]), len(rows[2][0])) == (16_384, 1_000_000)


def test_a_cell_that_is_longer_than_any_is_told():
    file = sheet(
        f'<row><c t="inlineStr"><is><t>name</t></is></c></row><row><c t="inlineStr"><is><t>{"x" * 1_000_001}</t></is></c></row>'
    )

    (row,) = reader.rows_of(file, reader.detect_format(file))

    assert [problem.reason for problem in row.problems] == ["The cell holds more than 1,000,000 characters."]


def test_the_last_row_of_a_sheet_is_read():
    file = sheet(
        '<row r="1"><c t="inlineStr"><is><t>name</t></is></c></row><row r="1048576"><c t="inlineStr"><is><t>last</t></is></c></row>'
    )

    assert [row.number for row in reader.rows_of(file, reader.detect_format(file))] == [1_048_576]


def test_a_nul_is_left_to_its_cell():
    assert read(sheet('<row><c t="inlineStr"><is><t>a_x0000_b</t></is></c></row>'), header=0)[1] == ["a\x00b"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04" + bytes(40), "damaged"),
        (b"PK\x05\x06" + bytes(18), "no_worksheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "damaged"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "damaged"),
    ],
)
def test_what_only_begins_as_a_workbook_is_refused(content, code):
    assert refusal(io.BytesIO(content)) == sentence(code)


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("word/document.xml", "document"),
        ("xl/workbook.bin", "binary"),
        ("Index/Document.iwa", "numbers"),
        ("readme.txt", "no_worksheet"),
    ],
)
def test_other_packages_are_named(part, code):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(part, b"x")

    assert refusal(target) == sentence(code)


def test_a_package_with_a_password_is_refused():
    raw = bytearray(workbook(["email"]).getvalue())
    at = raw.find(b"PK\x01\x02")
    while at >= 0:
        raw[at + 8] |= 1
        at = raw.find(b"PK\x01\x02", at + 4)

    assert refusal(io.BytesIO(bytes(raw))) == sentence("encrypted")


def test_a_cut_off_workbook_is_refused():
    assert refusal(io.BytesIO(workbook(["email"], ["a@b.co"]).getvalue()[:-30])) == sentence("damaged")


def test_a_web_page_that_is_named_as_a_workbook_is_refused():
    assert "web page" in refusal(io.BytesIO(b"<html><table><tr><td>email</td></tr></table></html>"))


def test_the_process_has_no_secret_and_little_memory(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "hush")
    program = """
import json, os, resource, sys
sys.path.insert(0, sys.argv[1])
from crm.worksheets.formats.reading.workbook.process import limit
limit()
soft = [resource.getrlimit(which)[0] for which in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)]
print(json.dumps({"environment": sorted(os.environ), "files": sorted(map(int, os.listdir("/proc/self/fd")))[:-1], "limits": soft, "modules": sorted(n for n in sys.modules if n.startswith("django"))}))
"""
    monkeypatch.setattr(sandbox, "PROGRAM", program)

    (found,) = answers(io.BytesIO(b"x"), {})

    assert found == {
        "environment": ["LC_ALL", "LC_CTYPE"] if "LC_CTYPE" in found["environment"] else ["LC_ALL"],
        "files": [0, 1, 2],
        "limits": [1 << 30, 900, 0],
        "modules": [],
    }


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "import sys; sys.exit(3)",
        "print('no json')",
        "print('[1]')",
        "print('{}', end='')",
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
    ],
)
def test_a_process_that_fails_is_told_from_one_that_ends(monkeypatch, program):
    monkeypatch.setattr(sandbox, "PROGRAM", program)

    with pytest.raises(NoAnswer):
        list(answers(io.BytesIO(b"x"), {}))


def test_a_silent_process_is_ended(monkeypatch):
    monkeypatch.setattr(sandbox, "PROGRAM", "import time; time.sleep(60)")
    monkeypatch.setattr(sandbox, "PATIENCE", 0.2)

    with pytest.raises(NoAnswer):
        list(answers(io.BytesIO(b"x"), {}))


def test_a_process_that_wants_too_much_memory_is_told(monkeypatch):
    program = "import sys; sys.path.insert(0, sys.argv[1]); from crm.worksheets.formats.reading.workbook import process; process.open_book = lambda file: bytearray(2 << 30); process.main(sys.argv[2])"
    monkeypatch.setattr(sandbox, "PROGRAM", program)

    assert refusal(workbook(["email"])) == sentence("memory")


def test_a_reader_that_is_left_early_leaves_no_process(monkeypatch):
    started = []
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **options: started.append(popen(*args, **options)) or started[-1])
    file = workbook(["email"], *([f"a{n}@b.co"] for n in range(5000)))
    rows = reader.rows_of(file, reader.detect_format(file))

    next(rows)
    rows.close()

    assert [process.returncode is not None for process in started] == [True, True]
