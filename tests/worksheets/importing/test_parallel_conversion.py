"""A long worksheet is converted by two processes: what comes of it is the same."""

import os
import signal

import pytest
from django.utils import translation

from crm.records import bulk
from crm.schema.fieldtypes import CellFormat
from crm.schema.generated import current
from crm.worksheets.formats.rows import RowProblem, SheetRow
from crm.worksheets.importing import converting, parallel_conversion, worker_process
from crm.worksheets.mapping.column_mapping import ColumnMapping

HEADERS = ["email", "firstName", "birthDate", "rclastcartvalue", "rclastsessiondate"]
BLOCK = 10
ROWS = [
    SheetRow(
        n, [f"c{n}@example.com", f"Zoë\t{n}\\", "1990-02-30" if n % 7 == 0 else "1990-02-28", f"{n}.5", "2026-01-01T10:00:00Z"]
    )
    for n in range(2, 402)
]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(converting, "AT_ONCE", BLOCK)
    monkeypatch.setattr(parallel_conversion, "ALONE", 2)


@pytest.fixture
def columns(customers):
    mapping = ColumnMapping(dict(enumerate(HEADERS)), [])
    return converting.ColumnConversion(customers.entity, HEADERS, mapping, CellFormat(), {})


def packed(rows, columns) -> tuple[list[bulk.Packed], converting.ConversionResult]:
    found = converting.ConversionResult()
    blocks = list(parallel_conversion.packed_rows(rows, columns, found))
    return sorted(
        blocks, key=lambda block: block.content[:40] if isinstance(block.content, bytes) else block.content[0][0]
    ), found


def alone(rows, columns, monkeypatch) -> tuple[list[bulk.Packed], converting.ConversionResult]:
    monkeypatch.setattr(parallel_conversion, "is_parallelizable", lambda _columns: False)
    return packed(rows, columns)


@pytest.fixture
def helpers(monkeypatch):
    """The helper processes that were started, each with what it answered."""
    started = []
    entered, answer = worker_process.ConversionWorker.__enter__, worker_process.ConversionWorker._next_result

    def enter(self):
        started.append(self)
        self.answers = 0
        return entered(self)

    def count(self):
        self.answers += not self._is_gone
        return answer(self)

    monkeypatch.setattr(worker_process.ConversionWorker, "__enter__", enter)
    monkeypatch.setattr(worker_process.ConversionWorker, "_next_result", count)
    monkeypatch.setattr(parallel_conversion.os, "cpu_count", lambda: 2)
    return started


def test_two_processes_find_what_one_finds(columns, helpers, monkeypatch):
    shared = packed(ROWS, columns)

    assert helpers[0].answers > 0
    assert shared == alone(ROWS, columns, monkeypatch)
    assert [refusal.row for refusal in shared[1].refusals] == [n for n in range(2, 402) if n % 7 == 0]
    assert helpers[0]._process.poll() is not None, "it ends with the worksheet"


def test_problems_of_rows_reach_the_helper(columns, helpers, monkeypatch):
    broken = [SheetRow(row.number, row.cells, (RowProblem(1, "\ufffd", "bad bytes"),)) for row in ROWS]

    shared = packed(broken, columns)

    assert helpers[0].answers > 0
    assert shared == alone(broken, columns, monkeypatch)


def test_what_a_killed_helper_leaves_is_converted_all_the_same(columns, helpers, monkeypatch):
    def rows():
        for row in ROWS:
            if row.number == 250:
                os.kill(helpers[0]._process.pid, signal.SIGKILL)
                helpers[0]._process.wait()
            yield row

    shared = packed(rows(), columns)

    assert helpers[0]._is_gone
    assert shared == alone(ROWS, columns, monkeypatch)


def test_a_machine_without_room_for_a_helper_converts_all_the_same(columns, helpers, monkeypatch):
    monkeypatch.setattr(worker_process.sys, "executable", "/nowhere/python")

    shared = packed(ROWS, columns)

    assert helpers[0]._is_gone
    assert shared == alone(ROWS, columns, monkeypatch)


def test_a_helper_speaks_the_language_of_who_asks(columns, helpers):
    with translation.override("pt-br"):
        reasons = {refusal.reason for refusal in packed(ROWS, columns)[1].refusals}

    assert len(reasons) == 1
    assert helpers[0].answers > 0


def test_a_short_worksheet_needs_no_helper(columns, helpers):
    packed(ROWS[: 2 * BLOCK], columns)

    assert helpers == []


def test_a_worksheet_that_refers_to_records_is_not_shared(customers):
    mapping = ColumnMapping({0: "userId"}, [])
    columns = converting.ColumnConversion(current.models()["AD"].entity, ["userId"], mapping, CellFormat(), {})

    assert not parallel_conversion.is_parallelizable(columns)
