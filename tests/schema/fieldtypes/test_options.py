"""Options of fields: what each type takes, and what they refuse of values."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.draft.fitting import changed, fitted
from crm.schema.errors import InvalidField
from crm.schema.fieldtypes import CellFormat, InvalidValue, Refusal
from crm.schema.fieldtypes.local_format import TypedText

HOSTILE = ["(a+)+$", "(a|a)*b", "(.*)*x", "(a|aa)+$"]


def field(label: str, **options) -> FieldDefinition:
    return FieldDefinition("f", label, options=options)


@pytest.mark.parametrize(
    ("label", "options", "fits", "refused", "reason"),
    [
        ("Integer", {"minimum": 1, "maximum": 5}, ["1", "5"], "6", "largest value that the field takes is 5"),
        ("Integer", {"minimum": "0"}, ["0"], "-1", "smallest value that the field takes is 0"),
        ("Decimal", {"maximum": 2.5}, ["2.5"], "2.51", "2.5"),
        ("Date", {"minimum": "2020-01-31"}, ["2020-01-31"], "2020-01-30", "01/31/2020"),
        (
            "Date and Time",
            {"maximum": "2020-01-31T00:00:00Z"},
            ["2020-01-31T00:00:00Z"],
            "2020-01-31T00:00:01Z",
            "01/30/2020 9:00 p.m.",
        ),
        ("Varchar 50", {"pattern": "[A-Z]{3}-[0-9]+"}, ["ABC-1"], "xABC-1", "does not fit the pattern"),
        ("Text", {"pattern": r"\p{L}+"}, ["Ação"], "a b", "does not fit the pattern"),
        ("Email", {"pattern": ".*@example[.]com"}, ["a@example.com"], "a@b.co", "does not fit the pattern"),
    ],
)
def test_options_limit_form_and_worksheet_alike(label, options, fits, refused, reason):
    kind, definition = fieldtypes.get(label), field(label, **options)

    values, refusals = kind.convert_column([*fits, "", refused], definition, CellFormat())

    assert values == [*(kind.clean(text, definition) for text in fits), None, None]
    assert [(one.position, one.cell) for one in refusals] == [(len(fits) + 1, refused)]
    assert reason in refusals[0].reason
    with pytest.raises(InvalidValue) as refusal:
        kind.clean(TypedText(refused), definition)
    assert str(refusal.value) == refusals[0].reason


def test_a_column_tells_wrong_cells_and_values_beyond_the_limit_in_their_order():
    values, refusals = fieldtypes.get("Integer").convert_column(["9", "x", "1", "9"], field("Integer", maximum=5), CellFormat())

    assert values == [None, None, 1, None]
    assert [(one.position, one.cell) for one in refusals] == [(0, "9"), (1, "x"), (3, "9")]
    assert all(isinstance(one, Refusal) for one in refusals)


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_hostile_pattern_takes_no_longer_than_the_text(pattern):
    """A backtracking engine would not come back from these before the sun goes out."""
    with pytest.raises(InvalidValue):
        fieldtypes.get("Text").clean("a" * 50_000 + "!", field("Text", pattern=pattern))


@pytest.mark.parametrize("pattern", ["(", "(?=a)", r"(a)\1", "(a{1000}){1000}", "[", "a" * 501, "(a{500}){900}"])
def test_what_is_no_pattern_or_too_large_is_refused(pattern):
    with pytest.raises(InvalidField, match="pattern"):
        fitted(field("Text", pattern=pattern))


@settings(deadline=None)
@given(st.text())
def test_whatever_is_written_as_a_pattern_the_field_answers(pattern):
    kind, definition = fieldtypes.get("Varchar 50"), field("Varchar 50", pattern=pattern)

    try:
        assert kind.clean("abc", definition) == "abc"
    except InvalidValue as refusal:
        assert "does not fit the pattern" in str(refusal)


@pytest.mark.parametrize(
    ("label", "options", "reason"),
    [
        ("Boolean", {"minimum": 1}, "no option “minimum”; its options are: none"),
        ("Integer", {"minimum": "x"}, "Option “minimum”: “x” is not a whole number"),
        ("Integer", {"minimum": 5, "maximum": 1}, "at least 5 and at most 1"),
        ("Date", {"maximum": "31/12/2020"}, "Option “maximum”: “31/12/2020” is not a date"),
        ("Choice", {}, "needs the option “choices”"),
        ("Choice", {"choices": [{"value": "a"}, {"value": "a"}]}, "there twice"),
        ("Choice", {"choices": [{"value": "a\nb"}]}, "a text on one line"),
        ("Choice", {"choices": [{"label": "a"}]}, "a text on one line"),
        ("Choice", {"choices": {"a": 1}}, "a text on one line"),
        ("Choice", {"choices": "x" * 101}, "longer than 100"),
        ("Varchar 50", {"by_digits": "perhaps"}, "yes or no"),
        ("Rule", {}, "needs the option “expression”"),
    ],
)
def test_options_that_do_not_fit_are_refused(label, options, reason):
    with pytest.raises(InvalidField, match=reason):
        fitted(field(label, **options))


def test_options_are_stored_as_json_of_the_type():
    assert fitted(field("Integer", minimum=" 1 ", maximum="")).options == {"minimum": 1}
    assert fitted(field("Decimal", maximum="2.510")).options == {"maximum": 2.51}
    assert fitted(field("Date", minimum=date(2020, 1, 31))).options == {"minimum": "2020-01-31"}
    assert fitted(field("Choice", choices="Gold, Silver")).options == {
        "choices": [{"value": "Gold", "label": "Gold", "colour": 1}, {"value": "Silver", "label": "Silver", "colour": 2}]
    }
    assert fitted(field("Varchar 50", by_digits="yes")).options == {"by_digits": True}


def test_an_option_that_no_longer_fits_limits_nothing():
    assert fieldtypes.get("Integer").clean("7", field("Integer", minimum="soon")) == 7
    assert fieldtypes.get("Text").clean("x", field("Text", pattern="(")) == "x"


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        (FieldDefinition("f", "Boolean", unique=True), "cannot be unique"),
        (FieldDefinition("f", "Choice", unique=True, options={"choices": "a"}), "cannot be unique"),
        (FieldDefinition("f", "Rule", default="x", options={"expression": "a=1"}), "cannot have a default"),
        (FieldDefinition("f", "Rule", public_write=True, options={"expression": "a=1"}), "cannot be written without credentials"),
        (FieldDefinition("f", "Text", public_filter=True), "cannot be filtered by without credentials"),
        (FieldDefinition("f", "Varchar 10", default="12345678901"), "The default does not fit: .*11 characters"),
        (FieldDefinition("f", "Integer", default="9", options={"maximum": 5}), "The default does not fit: The largest"),
        (FieldDefinition("f", "Hologram"), "no field type “Hologram”"),
    ],
)
def test_r31_what_cannot_work_for_a_type_is_refused(definition, reason):
    with pytest.raises(InvalidField, match=reason):
        fitted(definition)


def test_r31_flags_that_are_usually_on_are_off_where_they_cannot_work():
    assert (fitted(field("Text")).filterable, fitted(field("Integer")).searchable) == (False, False)
    assert (fitted(field("Varchar 50")).filterable, fitted(field("Varchar 50")).searchable) == (True, True)
    assert fitted(field("Boolean")).nullable is False


def test_a_default_is_stored_as_json_of_the_type():
    assert fitted(FieldDefinition("f", "Boolean", default="sim")).default is True
    assert fitted(FieldDefinition("f", "Decimal", default="2.5")).default == float(Decimal("2.5"))
    assert fitted(FieldDefinition("f", "Varchar 50", default="")).default is None


def test_a_change_judges_only_what_it_touches():
    stale = FieldDefinition("f", "Choice", default="Bronze", options={"choices": [{"value": "Gold"}]})

    assert changed(stale, {"searchable": False}).searchable is False
    assert changed(replace_type(stale, "Hologram"), {"hidden": True}).hidden is True
    with pytest.raises(InvalidField, match="The default does not fit"):
        changed(stale, {"options": {"choices": "Gold,Silver"}})
    with pytest.raises(InvalidField, match="cannot be a filter"):
        changed(field("Text"), {"filterable": True})


def replace_type(definition: FieldDefinition, label: str) -> FieldDefinition:
    return FieldDefinition(**{**vars(definition), "type": label})


def test_flags_name_options_of_every_field():
    for label in fieldtypes.labels():
        assert fieldtypes.get(label).flags <= set(FieldDefinition.__dataclass_fields__)
