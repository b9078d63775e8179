"""Random bytes and real files with some bytes changed: rows, or a refusal, and never anything else. FUZZ=5000 makes it long."""

import io
import json
import os
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.reading import reader
from crm.worksheets.formats.reading.workbook.opening import open_book
from crm.worksheets.formats.reading.workbook.refusal_codes import Refused

FILES = sorted((Path(__file__).parents[2] / "files").iterdir())
EXAMPLES = int(os.environ.get("FUZZ", "60"))
BEGINNINGS = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf", b"a,b\n", b'"']


def taken(content: bytes) -> None:
    """Reads everything that is in it, as the limited process would."""
    try:
        book = open_book(io.BytesIO(content))
        for sheet in book.sheets:
            for line in book.lines(sheet):
                json.dumps(line)
                assert line.number >= 1 and all(isinstance(cell, str) for cell in line.cells)
    except Refused:
        pass


def mutated(content: bytes, seed: int) -> bytes:
    """Some bytes changed, cut out, or doubled."""
    chance = random.Random(seed)
    raw = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(raw))
        match chance.randrange(4):
            case 0:
                raw[at] = chance.randrange(256)
            case 1:
                del raw[at : at + chance.randint(1, 40)]
            case 2:
                raw[at:at] = raw[at : at + chance.randint(1, 40)]
            case 3:
                raw[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", bytes(4), b"\x01\x00\x00\x00"])
    return bytes(raw)


def with_parts_mutated(content: bytes, seed: int) -> bytes:
    """As a zip is checked before it is read, its parts are changed and packed again."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as made:
        names = source.namelist()
        victim = random.Random(seed).choice(names)
        for name in names:
            part = source.read(name)
            made.writestr(name, mutated(part, seed) if name == victim and part else part)
    return target.getvalue()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
@settings(max_examples=EXAMPLES, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_changed_files_are_read_or_refused(file, seed):
    taken(mutated(file.read_bytes(), seed))


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix != ".xls"], ids=lambda file: file.name)
@settings(max_examples=EXAMPLES, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_changed_parts_are_read_or_refused(file, seed):
    taken(with_parts_mutated(file.read_bytes(), seed))


@settings(max_examples=EXAMPLES, deadline=None)
@given(start=st.sampled_from(BEGINNINGS), content=st.binary(max_size=2000))
def test_random_bytes_are_rows_or_a_clear_refusal(start, content):
    file = io.BytesIO(start + content)
    try:
        form = reader.detect_format(file)
        reader.header_names(form)
        rows = list(reader.rows_of(file, form))
    except UnreadableWorksheet as refusal:
        assert str(refusal)
    else:
        assert all(row.number >= 1 for row in rows)
