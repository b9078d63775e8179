"""What the child process runs: it reads the workbook on its standard input and answers with a JSON value a line.

The question is its argument: {"ask": "look", "sheet", "rows"} for the sheets and the first rows of one, or
{"ask": "rows", "sheet"} for all rows of the sheet of that name.
"""

import errno
import json
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from crm.worksheets.formats.reading.workbook.book import Book, BookRow, BookSheet
from crm.worksheets.formats.reading.workbook.opening import open_book
from crm.worksheets.formats.reading.workbook.refusal_codes import Refused

Answer = dict[str, Any]  # Any: JSON values

MEMORY = 1 << 30  # bytes of address space
SECONDS = 900  # of work; a million rows of forty columns take about two minutes
FILES = 32
SPOOL = 4 << 30  # bytes of a file that texts are put into
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.ENOENT}  # the last: there is no place for what is put aside
ROWS_AT_ONCE = 500
CHARACTERS_AT_ONCE = 1 << 20
MOST_PLACES = 10_000_000  # of cells, in a sheet that is nearly empty
EMPTIEST = 1_000  # places to a character


def main(question: str) -> None:
    limit()
    with Path("/dev/fd/0").open("rb") as file:
        for answer in answers(file, json.loads(question)):
            sys.stdout.write(json.dumps(answer, separators=(",", ":")) + "\n")
            sys.stdout.flush()


def limit() -> None:
    """Before the file is touched."""
    wanted = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_NOFILE: FILES,
        resource.RLIMIT_FSIZE: SPOOL,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in wanted.items():
        _soft, hard = resource.getrlimit(which)
        resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard),) * 2)


def answers(file: IO[bytes], question: Answer) -> Iterator[Answer]:
    """Ends with {"end": …} or {"refused": …}; an answer that does not was broken off."""
    try:
        book = open_book(file)
        yield from _look(book, question) if question["ask"] == "look" else _rows(book, question)
    except Refused as refusal:
        yield {"refused": refusal.code, "facts": refusal.facts}
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        yield {"refused": "no_room", "facts": {}}
    except (MemoryError, RecursionError):
        yield {"refused": "memory", "facts": {}}


def _look(book: Book, question: Answer) -> Iterator[Answer]:
    if not book.sheets:
        raise Refused("no_sheet")
    sheet, lines = _chosen(book, question["sheet"], question["rows"])
    yield {
        "kind": book.kind,
        "sheets": [[found.name, found.rows, found.is_hidden] for found in book.sheets],
        "sheet": sheet.name,
        "lines": lines,
    }
    yield {"end": {}}


def _chosen(book: Book, asked: str, rows: int) -> tuple[BookSheet, list[BookRow]]:
    """Return the sheet that was asked for; else the first that can be seen and holds something."""
    if asked:
        sheet = sheet_named(book, asked)
        return sheet, list(islice(book.lines(sheet), rows))
    seen = [sheet for sheet in book.sheets if not sheet.is_hidden] or book.sheets
    for sheet in seen:
        if lines := list(islice(book.lines(sheet), rows)):
            return sheet, lines
    return seen[0], []


def _rows(book: Book, question: Answer) -> Iterator[Answer]:
    for block in _blocks(book.lines(sheet_named(book, question["sheet"]))):
        yield {"lines": block}
    noticed = book.noticed
    yield {"end": {"hidden_rows": noticed.hidden_rows, "merged": noticed.merged, "formulas": noticed.formulas}}


def _blocks(lines: Iterator[BookRow]) -> Iterator[list[BookRow]]:
    """Lines in blocks of bounded size. Raises Refused for a sheet of nearly nothing but empty places."""
    block: list[BookRow] = []
    room, places, characters = CHARACTERS_AT_ONCE, 0, 0
    for line in lines:
        block.append(line)
        length = sum(map(len, line.cells))
        room -= length + len(line.cells)
        places += len(line.cells)
        characters += length
        if len(block) == ROWS_AT_ONCE or room < 0:
            if places > MOST_PLACES and places > EMPTIEST * characters:
                raise Refused("sparse")
            yield block
            block, room = [], CHARACTERS_AT_ONCE
    yield block


def sheet_named(book: Book, name: str) -> BookSheet:
    """By name, by name in another case, or by place, the first being 1."""
    for sheet in book.sheets:
        if sheet.name == name:
            return sheet
    low = name.strip().lower()
    for place, sheet in enumerate(book.sheets, start=1):
        if low in {sheet.name.strip().lower(), str(place)}:
            return sheet
    raise Refused("unknown_sheet", name=name, sheets=", ".join(sheet.name for sheet in book.sheets))
