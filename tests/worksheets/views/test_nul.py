"""A NUL in a cell is that row's error, whatever the field's type: PostgreSQL does not store one, not even in the reason."""

import pytest

KINDS = [
    "Integer",
    "Long",
    "Decimal",
    "Currency",
    "Percent",
    "Email",
    "Date",
    "Date and Time",
    "Time",
    "Boolean",
    "Varchar 50",
    "Text",
    "Phone",
    "CEP",
    "CPF / CNPJ",
    "URL",
]


@pytest.mark.parametrize("kind", KINDS)
def test_r44_a_nul_is_refused_where_it_stands_and_good_rows_go_in(define, import_text, kind):
    parts = define(code="Varchar 50", f=kind)

    found = import_text(b"code,f\na,1\x00\nb,\n", entity="PT")

    assert found.counts == {"rows": 2, "created": 1, "errors": 1}
    assert [(row, column) for row, column, _value, _reason in found.errors] == [(2, "f")]
    assert "\x00" not in found.errors[0][2] + found.errors[0][3]
    assert parts.objects.get().code == "b"
