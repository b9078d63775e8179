"""A cell that a type's canonical pattern matches is taken by its converter, undoubted, as the database would read it."""

# ruff: noqa: RUF001  # apostrophes as typographers write them

import re

import pytest
from django.db import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import CellFormat
from crm.worksheets.formats import formula_escaping
from tests.dirty_cells import DIRTY

CHOICES = {"choices": [{"value": value} for value in ("gold", "a,b", "it's", "10*", "c;d", 'say "x"', " blank", "1E+10", "São")]}
FORMS = [CellFormat(), CellFormat("dmy", ","), CellFormat("mdy", ".", is_grouped=True)]
KINDS = [(kind, form, is_key) for kind in fieldtypes.TYPES for form in FORMS for is_key in (False, True)]
NAMES = [f"{kind.label} {form.dates} {'key' if is_key else ''}" for kind, form, is_key in KINDS]
CAST = {models.BooleanField: str.lower}  # the databases know true in capitals


def field_of(kind: fieldtypes.FieldType, *, is_key: bool) -> FieldDefinition:
    options = CHOICES if any(option.name == "choices" for option in kind.options) else {}
    return FieldDefinition("tried", kind.label, options=options, unique=is_key and kind.can_be_unique)


def assert_taken(cell: str, kind: fieldtypes.FieldType, field: FieldDefinition, form: CellFormat) -> None:
    (value,), refusals = kind.convert_column([cell], field, form)
    assert not refusals
    assert not kind.doubt(cell, field, form)
    assert list(formula_escaping.unguarded([cell])) == [cell]
    assert value == (kind.read(cell, field) if not isinstance(value, str) else cell)
    assert not set(cell) & set('"\\\r\n\t')
    assert cell == cell.strip() != formula_escaping.CLEAR


def cells_of(pattern: str) -> st.SearchStrategy[str]:
    """Where a pattern repeats without an end, most of the time would go into choosing how often."""
    bounded = pattern.replace("++", "{1,20}").replace("*+", "{0,3}")
    return st.from_regex(bounded, fullmatch=True).filter(re.compile(pattern).fullmatch)


@pytest.mark.parametrize(("kind", "form", "is_key"), KINDS, ids=NAMES)
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_canonical_cells_are_taken_as_they_are(kind, form, is_key, data):
    field = field_of(kind, is_key=is_key)
    pattern = kind.canonical_pattern(field, form, without=",;|")
    if not pattern:
        return

    cell = data.draw(cells_of(pattern))

    assert_taken(cell, kind, field, form)
    assert not set(cell) & set(",;|")
    assert re.compile(pattern).groups == 0, "it becomes part of an expression that counts its own groups"


@pytest.mark.parametrize(("kind", "form", "is_key"), KINDS, ids=NAMES)
def test_of_dirty_cells_those_that_match_are_taken(kind, form, is_key):
    field = field_of(kind, is_key=is_key)
    matches = re.compile(kind.canonical_pattern(field, form) or "(?!)").fullmatch

    for cell in filter(matches, DIRTY):
        assert_taken(cell, kind, field, form)


def test_a_field_with_limits_leaves_every_cell_to_its_converter():
    number = FieldDefinition("size", "Integer", options={"maximum": 5})

    assert fieldtypes.get("Integer").canonical_pattern(number, CellFormat()) == ""


@pytest.mark.parametrize(
    ("label", "cells"),
    [
        ("Varchar 50", ["José D’Ávila", "O'Brien", "Rua X, 12", "n\u00ba 5", "JOÃO", "SÃO PAULO", "IRMÃ", "Â"]),
        ("Email", ["ana.b+c@mail.example.com.br"]),
        ("Phone", ["+5511999990000"]),
        ("CEP", ["01310100"]),
        ("Date", ["1990-02-28"]),
        ("Date and Time", ["2026-01-01T10:00:00Z", "2026-01-01 10:00:00+00:00"]),
        ("Currency", ["0.5", "-12.50", "1234"]),
        ("Boolean", ["true", "FALSE"]),
        ("Choice", ["gold", "São"]),
    ],
)
def test_what_exports_hold_is_canonical(label, cells):
    kind = fieldtypes.get(label)
    matches = re.compile(kind.canonical_pattern(field_of(kind, is_key=False), CellFormat())).fullmatch

    assert all(map(matches, cells))


DOCUMENT = FieldDefinition("document", "Varchar 50", options={"by_digits": True})


@settings(deadline=None)
@given(st.from_regex(r"[0-9]{6,15}(-[0-9])?", fullmatch=True))
def test_a_document_that_may_lack_zeros_is_left_to_its_converter(cell):
    kind = fieldtypes.get("Varchar 50")

    if re.fullmatch(kind.canonical_pattern(DOCUMENT, CellFormat()), cell):
        assert_taken(cell, kind, DOCUMENT, CellFormat())
    else:
        assert len(cell.partition("-")[0]) in (8, 9, 10, 12, 13)
