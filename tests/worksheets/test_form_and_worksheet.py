"""Form and worksheet judge alike: the same raw values by both ways end in the same record, or the same refusal."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import pytest

from crm.records.errors import InvalidRecord
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.record import Record, held

CHOICES = {"choices": [{"value": "gold", "label": "Gold member"}, {"value": "silver", "label": "Silver"}]}
VALUES = {
    "flag": ["", "sim", "FALSE", "x", "maybe", " 1 "],
    "short": ["", "  a  ", "x" * 10, "x" * 11, "a\0b", "a\tb", "***", "é" * 10, "'quoted'", "0012"],
    "note": ["two\nlines", "two\r\nlines", "x" * 5000, "a\0b", "****", "a\x07b"],
    "mail": ["", "Ana@Example.com", "ana+1@example.com", "ana@", "joão@exãmple.com", "a b@example.com", "x" * 65 + "@b.co"],
    "size": ["0", "-1", "+5", "007", "2147483647", "2147483648", "1.0", "1.5", "1,000", "1e3", "٣", "1\0"],
    "far": ["9223372036854775807", "9223372036854775808", "-0"],
    "price": ["1.05", "-0.00", ".5", "5.", "1,5", "9999999999999.99", "10000000000000", "NaN", "1e5"],
    "day": ["2024-02-29", "2023-02-29", "2024-02-29T00:00:00", "2024-02-29 10:00", "29/02/2024", "0001-01-01"],
    "moment": [
        "2024-02-29 10:00",
        "2024-02-29T10:00:00Z",
        "2024-02-29T10:00:00.5-03:00",
        "2024-02-29",
        "1700000000",
        "0001-01-01T00:00:00",
    ],
    "tier": ["", "gold", "GOLD MEMBER", "bronze", "a\0b"],
    "site": ["", "https://example.com/a?b=c", "http://exãmple.com", "example.com", "javascript:alert(1)", "https://a b.com"],
    "phone": ["+55 (11) 99999-0000", "123", "1\0", "0800 123 4567", "call me", "*****"],
    "cep": ["01310-100", "1310100", "x"],
    "tax": ["529.982.247-25", "529.982.247-26", "12.ABC.345/01DE-35", "111.111.111-11"],
    "share": ["85.42", "85%", "0.1234", "x%", "123456789012"],
    "clock": ["23:50", "9:05", "24:00", "1\0", "09:05:30", "noon"],
    "tastes": ["GOLD MEMBER; SILVER", "silver", "gold;bronze", ";", "gold\nsilver"],
    "owner": ["ana", "CL-ANA", "Ana@Example.com", "nobody", "a\0b"],
    "limited": ["1", "5", "6", "0", "x"],
    "pattern": ["AB-1", "ab-1", "AB-1 ", "(" * 40],
    "must": ["", "given"],
}


@pytest.fixture
def parts(define, customers, admin):
    saving.create(customers, {"email": "ana@example.com"}, by=admin, record_id="ana")
    named = {"flag": "Boolean", "short": "Varchar 10", "note": "Text", "mail": "Email", "size": "Integer", "far": "Long"}
    named |= {"price": "Decimal", "day": "Date", "moment": "Date and Time"}
    named |= {"site": "URL", "phone": "Phone", "cep": "CEP", "tax": "CPF / CNPJ", "share": "Percent", "clock": "Time"}
    named["tastes"] = FieldDefinition("tastes", "Choices", options=CHOICES)
    named["owner"] = FieldDefinition("owner", "Relationship", options={"entity": "CL", "display": "email"})
    named["limited"] = FieldDefinition("limited", "Integer", options={"minimum": 1, "maximum": 5})
    named["pattern"] = FieldDefinition("pattern", "Varchar 50", options={"pattern": "[A-Z]+-[0-9]"})
    tier = FieldDefinition("tier", "Choice", options=CHOICES)
    must = FieldDefinition("must", "Varchar 50", nullable=False)
    code = FieldDefinition("code", "Varchar 50", unique=True)
    other = FieldDefinition("other", "Varchar 50", default="usual")
    return define(**named, tier=tier, must=must, code=code, other=other)


def worksheet_of(rows: list[dict[str, str]]) -> str:
    target = io.StringIO()
    csv.writer(target).writerows([rows[0].keys(), *(row.values() for row in rows)])
    return target.getvalue()


def outcome(write: Callable[[], Record]) -> dict | list[tuple[str, str]]:
    """What is stored then, or the refusals."""
    try:
        return stored(write())
    except InvalidRecord as refusal:
        return sorted(refusal.errors.items())


def stored(record: Record) -> dict:
    record.refresh_from_db()
    names = [field.name for field in record.entity.visible_fields if field.name != "code"]
    return {name: held(record, name) for name in names}


@pytest.fixture
def by_worksheet(parts, import_text):
    """What becomes of each row: what is stored under its code, or its refusals."""

    def imported(rows: list[dict[str, str]]) -> list[dict | list[tuple[str, str]]]:
        refusals: dict[int, list[tuple[str, str]]] = {}
        for row, column, _value, reason in import_text(worksheet_of(rows), entity="PT", key="code", empty="clear").errors:
            refusals.setdefault(row, []).append((column, reason))
        lines = enumerate(rows, 2)
        return [sorted(refusals.get(line, ())) or stored(parts.objects.get(code=row["code"])) for line, row in lines]

    return imported


def said(values: list[str], outcomes: list) -> dict[str, dict | list]:
    return dict(zip(values, outcomes, strict=True))


@pytest.mark.parametrize("name", VALUES)
def test_a_new_record_is_judged_alike(parts, admin, by_worksheet, name):
    values = VALUES[name]
    rows = [{"must": "given", name: value} for value in values]
    by_hand = [outcome(lambda row=row: saving.create(parts, row, by=admin)) for row in rows]

    found = by_worksheet([{"code": f"sheet {number}", **row} for number, row in enumerate(rows)])

    assert said(values, found) == said(values, by_hand)


@pytest.mark.parametrize("name", VALUES)
def test_a_changed_record_is_judged_alike(parts, admin, by_worksheet, name):
    values = VALUES[name]
    old = {"must": "old", "short": "old", "size": "3", "flag": "1"}
    standing = [saving.create(parts, old, by=admin) for _value in values]
    for number, _value in enumerate(values):
        saving.create(parts, {"code": f"sheet {number}", **old}, by=admin)
    changed = zip(standing, values, strict=True)
    by_hand = [outcome(lambda on=record, to=value: saving.update(on, {name: to}, by=admin)) for record, value in changed]

    found = by_worksheet([{"code": f"sheet {number}", name: value} for number, value in enumerate(values)])

    assert said(values, found) == said(values, by_hand)


@pytest.mark.parametrize(("name", "typed", "rounded"), [("price", "1.005", "1.01"), ("share", "0.12345", "0.1235")])
def test_more_decimals_than_are_kept_are_refused_by_hand_and_rounded_as_the_rehearsal_says(
    parts, admin, by_worksheet, name, typed, rounded
):
    row = {"must": "given", name: typed}

    (refusal,) = outcome(lambda: saving.create(parts, row, by=admin))
    assert refusal[0] == name
    (found,) = by_worksheet([{"code": "sheet", **row}])
    assert found[name] == Decimal(rounded)
