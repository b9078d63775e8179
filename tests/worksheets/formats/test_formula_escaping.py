"""Texts that spreadsheets would run or change: written with a quote before them, and read back exactly."""

import csv

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm.records.writing import saving
from crm.schema.fieldtypes.invisible import trimmed
from crm.worksheets.exporting.columns import columns_of
from crm.worksheets.exporting.export import Export, ExportStream
from crm.worksheets.formats.formula_escaping import guarded, unguarded
from crm.worksheets.formats.writing import FORMATS

TEXTS = [
    "'001",
    "''001",
    "'+5511",
    "'(11) 9",
    "'0012AB",
    "'90s",
    "'x",
    "'U-2",
    "'u2",
    "'ana@example.com",
    "'https://example.com/a",
    "'s-Hertogenbosch",
    "''ana@example.com",
    '="0012"',
    '\'="0012"',
    "=1",
    "'=1",
    "-5",
    "[null]",
    "0012",
    "a'1",
]


@given(st.text(alphabet="'=\"+-(1A a@[null]\t.").map(trimmed) | st.sampled_from(TEXTS))
@example('="a""b"')
@example("\t=1")
def test_every_text_is_read_back_as_it_was(text):
    assert unguarded([guarded(text)]) == [text]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="0001234"', "0001234"), ('="a""b"', 'a"b'), ('=""', ""), ("'0012", "0012"), ("'0012AB", "0012AB"), ("'+5511", "+5511"),
        ("'90s", "'90s"), ("'U-2", "U-2"), ("'AB12c", "AB12c"), ("'ana@example.com", "ana@example.com"), ("'Ana", "'Ana"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"), ("'t Hof 2", "'t Hof 2"), ("'https://example.com/a", "https://example.com/a"),
        (' ="00123"', "00123"), ('="00123" ', "00123"), ("\u00a0'0012", "0012"), ('\ufeff="a b"', "a b"), (" 'Ana", " 'Ana"),
        ("=A1", "=A1"), ('="a"&"b"', '="a"&"b"'),
    ],
)  # fmt: skip
def test_signs_that_guard_digits_in_other_programs_are_taken_away(cell, text):
    assert unguarded([cell]) == [text]


def test_the_database_guards_as_python_does(customers, admin, import_text):
    for number, text in enumerate(TEXTS):
        saving.create(customers, {"email": f"c{number:02}@example.com", "firstName": text}, by=admin)
    stream = ExportStream(
        Export(customers.objects.order_by("email"), columns_of(customers, ["email", "firstName"])), FORMATS["csv"]
    )

    exported = b"".join(stream).decode()

    assert [row[1] for row in csv.reader(exported.splitlines())][1:] == [guarded(text) for text in TEXTS]
    assert import_text(exported, key="email").counts == {"rows": len(TEXTS), "unchanged": len(TEXTS)}
