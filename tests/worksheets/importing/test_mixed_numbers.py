"""A column of a workbook in which some cells are numbers and some are texts with a comma before the decimals."""

from decimal import Decimal
from io import StringIO

import openpyxl
import pytest
from django.core.management import call_command

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import CellFormat
from crm.schema.fieldtypes.number_spelling import plain_number
from crm.schema.record import held
from crm.worksheets.models import RowError

COLUMNS = {"price": "Decimal", "size": "Integer", "share": "Percent"}


@pytest.fixture
def imported(define, tmp_path, db):
    parts = define(code=FieldDefinition("code", "Varchar 50", unique=True, labels={"en": "code"}), **COLUMNS)

    def run(name: str, *cells: object) -> list[object]:
        """What is stored of each cell, or the reason why its row is refused."""
        book = openpyxl.Workbook()
        book.active.append(["code", name])
        for number, cell in enumerate(cells):
            book.active.append([f"c{number}", cell])
        book.save(tmp_path / "mixed.xlsx")
        call_command("import_worksheet", str(tmp_path / "mixed.xlsx"), entity="PT", key=["code"], decimal=",", stdout=StringIO())
        reasons = dict(RowError.objects.values_list("row", "reason"))
        stored = {record.code: held(record, name) for record in parts.objects.all()}
        return [stored.get(f"c{number}", reasons.get(number + 2)) for number, _cell in enumerate(cells)]

    return run


def test_a_number_of_a_cell_is_read_beside_texts_with_a_comma(imported):
    assert imported("price", 1234.5, "2,50", "1.234,50", 0.25, 7) == [
        Decimal(n) for n in ("1234.50", "2.50", "1234.50", "0.25", "7")
    ]


@pytest.mark.parametrize("name", ["price", "size"])
def test_what_may_be_a_number_or_thousands_is_refused(imported, name):
    (reason,) = imported(name, 1.234)

    assert "may mean 1234" in reason


def test_a_text_worksheet_knows_no_numbers():
    assert plain_number("1.234", CellFormat(decimal=",")) == "1234"
    assert plain_number("1234.5", CellFormat(decimal=",", has_numbers=True)) == "1234.5"
    assert plain_number("1,234", CellFormat(decimal=",", has_numbers=True)) == "1.234"
