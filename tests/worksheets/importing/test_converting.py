"""Cells read as it was chosen for their column."""

from datetime import date
from decimal import Decimal

import pytest

from crm.schema.definitions import FieldDefinition
from crm.worksheets.mapping.choices import ColumnChoices

CHOICES = {"choices": [{"value": "gold", "label": "Gold"}, {"value": "silver", "label": "Silver"}]}


@pytest.fixture
def parts(define):
    tier = FieldDefinition("tier", "Choice", options=CHOICES)
    return define(code=FieldDefinition("code", "Varchar 50", unique=True), day="Date", other="Date", price="Decimal", size="Integer",
                  short="Varchar 10", flag="Boolean", tier=tier)  # fmt: skip


@pytest.fixture
def read(parts, import_text):
    """What one cell becomes, or why it is refused; `own` is chosen for its column."""

    def one(name: str, cell: str, **own):
        found = import_text(f"code;{name}\na;{cell}\n", entity="PT", key="code", columns={name: ColumnChoices(**own)})
        record = parts.objects.filter(code="a").first()
        return getattr(record, name) if record else found.errors[0][3]

    return one


@pytest.mark.parametrize(
    ("name", "cell", "own", "value"),
    [
        ("day", "03/04/2026", {"dates": "dmy"}, date(2026, 4, 3)),
        ("day", "03/04/2026", {"dates": "mdy"}, date(2026, 3, 4)),
        ("day", "2026-04-03", {"dates": "dmy"}, date(2026, 4, 3)),
        ("price", "1.234,50", {"decimal": ",", "is_grouped": True}, Decimal("1234.50")),
        ("price", "1,234.50", {"is_grouped": True}, Decimal("1234.50")),
        ("price", "1.234", {"decimal": ",", "is_grouped": True}, Decimal("1234.00")),
        ("size", "1.234.567", {"decimal": ",", "is_grouped": True}, 1234567),
        ("size", "1.23", {"decimal": ",", "is_grouped": True}, "“1.23” is not a whole number."),
        ("short", "x" * 12, {"is_cut": True}, "x" * 10),
        ("flag", "Talvez", {"values": {"talvez": "true"}}, True),
        ("flag", "sim", {"values": {"talvez": "true"}}, True),
        ("tier", " Cliente ouro ", {"values": {"cliente ouro": "gold"}}, "gold"),
        ("tier", "nada", {"values": {"nada": ""}}, None),
        ("day", "soon", {"wrong": "empty"}, None),
        ("day", "2026-04-03", {"wrong": "empty"}, date(2026, 4, 3)),
    ],
)
def test_a_cell_is_read_as_chosen_for_its_column(read, name, cell, own, value):
    assert read(name, cell, **own) == value


def test_each_column_has_its_own_dates(parts, import_text):
    text = "code;day;other\na;03/04/2026;03/04/2026\n"

    import_text(text, entity="PT", key="code", columns={"day": ColumnChoices(dates="dmy"), "other": ColumnChoices(dates="mdy")})

    assert parts.objects.values_list("day", "other").get() == (date(2026, 4, 3), date(2026, 3, 4))


def test_what_is_left_out_is_counted_and_keeps_what_is_stored(parts, import_text):
    import_text("code;day;size\na;2026-04-03;7\n", entity="PT", key="code")

    found = import_text("code;day;size\na;soon;8\n", entity="PT", key="code", columns={"day": ColumnChoices(wrong="empty")})

    assert (found.counts, found.worksheet.counts["left_out"]) == ({"rows": 1, "updated": 1}, {"day": 1})
    assert parts.objects.values_list("day", "size").get() == (date(2026, 4, 3), 8)


def test_a_refused_cell_is_told_as_it_stands_there(parts, import_text):
    found = import_text(
        "code;tier\na;Ouro velho\n", entity="PT", key="code", columns={"tier": ColumnChoices(values={"ouro velho": "bronze"})}
    )

    assert found.errors[0][:3] == (2, "tier", "Ouro velho")
