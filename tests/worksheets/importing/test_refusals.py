"""Refusals of one cause are one group, whatever value and number each of them names."""

import pytest
from django.utils import translation

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.worksheets.importing.refusals import cause_of


@pytest.mark.parametrize("language", ["en", "pt-br", "es"])
def test_texts_that_are_too_long_are_one_cause_however_long_they_are(language):
    kind, field = fieldtypes.get("Varchar 10"), FieldDefinition("f", "Varchar 10")

    with translation.override(language):
        _values, refusals = kind.convert_column(["x" * 11, "x" * 1234, "x" * 1_234_567], field, fieldtypes.CellFormat())

    assert len({refusal.reason for refusal in refusals}) == 3
    assert len({cause_of(refusal.reason) for refusal in refusals}) == 1


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("“1234567890” has 10 digits: a CPF has 11.", "“…” has … digits: a CPF has 11."),
        ("The largest value that the field takes is 1.234,50.", "The largest value that the field takes is 1.234,50."),
        ("“U\u200b1” holds an invisible U+200B.", "“…” holds an invisible U+200B."),
    ],
)
def test_only_what_differs_from_cell_to_cell_is_left_out(reason, cause):
    assert cause_of(reason) == cause
