"""What is seen of cells before anything is chosen."""

import pytest

from crm.worksheets.formats.rows import SheetRow
from crm.worksheets.mapping.inspection import Evidence, Inspection, inspect


def seen(*cells: str):
    """The look of one column."""
    return inspect(["column"], [SheetRow(place, [cell]) for place, cell in enumerate(cells, start=2)]).columns[0]


def test_samples_are_the_first_different_values():
    column = seen(" ana ", "", "ana", "bea", "eva", "ivo")

    assert (column.samples, column.filled) == (["ana", "bea", "eva"], 5)


def test_few_values_are_counted():
    assert seen("sim", "não", "sim", "[null]", "").values == {"sim": 2, "não": 1}


def test_many_values_are_not():
    assert seen(*map(str, range(101))).values == {}


@pytest.mark.parametrize(
    ("cells", "evidence"),
    [
        (["31/12/2020", "01/02/2020"], Evidence(1, 0, 1, "01/02/2020")),
        (["12/31/2020"], Evidence(0, 1, 0, "")),
        (["01/02/2020", "03.04.2020 10:00"], Evidence(0, 0, 2, "01/02/2020")),
        (["31/12/2020", "12/31/2020"], Evidence(1, 1, 0, "")),
        (["05/05/2020"], Evidence(0, 0, 0, "")),
        (["2020-12-31"], Evidence()),
        (["Ana", "Bea", "31/12/2020"], Evidence()),
        (["31/13/2020"], Evidence(0, 0, 0, "")),
    ],
)
def test_dates_are_told_by_the_days_that_fit(cells, evidence):
    assert seen(*cells).dates == evidence


@pytest.mark.parametrize(("evidence", "doubtful"), [((1, 0, 5), False), ((0, 0, 5), True), ((1, 1, 0), True), ((0, 0, 0), False)])
def test_doubt_is_what_fits_both_ways_or_neither(evidence, doubtful):
    assert Evidence(*evidence).is_doubtful is doubtful


@pytest.mark.parametrize(
    ("cells", "ways"),
    [
        (["1,50", "1.234,5"], (2, 0, 0)),
        (["1.50", "1,234.5", "0.123"], (0, 3, 0)),
        (["1.234", "-12,345"], (0, 0, 2)),
        (["1.234.567"], (1, 0, 0)),
        (["7", "x"], (0, 0, 0)),
        (["R$ 1.000", "$1,000", "-R$ 1.000", "(1.000)", "1.000-", "1.000%", "\u22121.000", "1.000 BRL"], (0, 0, 8)),
        (["R$ 1.234,56", "1 000,50", "(12,50)", "8,5 %", "1.234,56-", "€1,5", "1'000,5"], (7, 0, 0)),
        (["$1,234.56", "1 000.50", "(12.50)", "8.5%", "-$3.10"], (0, 5, 0)),
    ],
)
def test_decimals_are_told_by_their_sign(cells, ways):
    found = seen(*cells).decimals

    assert (found.one, found.other, found.either) == ways


@pytest.mark.parametrize(
    ("cell", "grouped"),
    [("1.234,50", True), ("1,234", True), ("$1,234.50", True), ("1 234", True), ("1234,50", False), ("1.23", False)],
)
def test_thousands_set_apart_are_seen(cell, grouped):
    assert seen(cell).is_grouped is grouped


def test_short_rows_end_in_empty_cells():
    found = inspect(["a", "b"], [SheetRow(2, ["1"]), SheetRow(3, ["1", "2", "3"])])

    assert [(column.filled, column.samples) for column in found.columns] == [(2, ["1"]), (1, ["2"])]


def test_the_guard_of_a_cell_is_taken_away():
    assert seen("'=1+1", "'x").samples == ["=1+1", "'x"]


def test_a_look_is_stored_without_what_is_only_probed():
    found = inspect(["a"], [SheetRow(2, ["31/12/2020"])])

    stored = Inspection.from_json(found.to_json())

    assert (stored.columns[0].dates, stored.columns[0].probe, stored.rows, stored.is_whole) == (Evidence(1), [], 1, True)


def test_only_the_beginning_of_a_long_worksheet_is_looked_at(monkeypatch):
    monkeypatch.setattr("crm.worksheets.mapping.inspection.ROWS", 100)
    rows = (SheetRow(number, ["x"]) for number in range(2, 1000))

    found = inspect(["a"], rows)

    assert (found.rows, found.is_whole) == (100, False)
