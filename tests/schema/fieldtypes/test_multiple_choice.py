import pytest
from django import forms
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import CellFormat, InvalidValue
from crm.schema.fieldtypes.multiple_choice import Choices

KIND = Choices()
TASTES = [
    {"value": "red", "label": {"en": "Red wine", "pt-br": "Vinho tinto"}},
    {"value": "white"},
    {"value": "a;b"},
    {"value": "c\\d"},
]
FIELD = FieldDefinition("f", "Choices", options={"choices": TASTES})


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        (["white", "red"], ["red", "white"]),
        (["white", "white"], ["white"]),
        ("white; RED ;", ["red", "white"]),
        ("Vinho tinto\nwhite", ["red", "white"]),
        ("a\\;b;c\\\\d", ["a;b", "c\\d"]),
        (["a;b"], ["a;b"]),
        ("\nred\na;b\n", ["red", "a;b"]),
        ("", None),
        ([], None),
        (" ; ", None),
        (None, None),
    ],
)
def test_several_options_in_their_order(raw, values):
    assert KIND.to_json(KIND.clean(raw, FIELD), FIELD) == values


@pytest.mark.parametrize("raw", ["pink", ["red", "pink"], "a;b", 7, {"red": True}, [["red"]], [{"red": 1}]])
def test_what_is_no_option_is_refused(raw):
    with pytest.raises(InvalidValue):
        KIND.clean(raw, FIELD)


def test_cell_and_page_show_all_of_them():
    kept = KIND.clean(["a;b", "c\\d", "red"], FIELD)

    assert KIND.cell(kept, FIELD) == "red;a\\;b;c\\\\d"
    assert KIND.display(kept, FIELD) == "Red wine, a;b, c\\d"
    assert KIND.form_value(kept, FIELD) == ["red", "a;b", "c\\d"]


def test_a_column_tells_cells_with_an_unknown_option():
    values, refusals = KIND.convert_column(["red;white", "", "red;pink"], FIELD, CellFormat())

    assert values == ["\nred\nwhite\n", None, None]
    assert [(refusal.position, refusal.cell) for refusal in refusals] == [(2, "red;pink")]


@settings(deadline=None)
@given(
    st.lists(
        st.text(min_size=1, max_size=10).map(str.strip).filter(lambda text: text and text.isprintable()), unique=True, max_size=6
    )
)
def test_r12_cells_read_back_whatever_the_options_are(options):
    field = FieldDefinition("f", "Choices", options={"choices": [{"value": value} for value in options]})

    kept = KIND.clean(options, field)

    assert KIND.read_cell(KIND.cell(kept, field), field, CellFormat()) == kept
    assert KIND.clean(kept, field) == kept


def test_the_history_keeps_options_that_the_field_no_longer_offers():
    assert KIND.from_history("\npink\n", FIELD) == "\npink\n"
    assert KIND.display("\npink\n", FIELD) == "pink"


def test_a_few_options_are_boxes_and_many_a_list():
    many = FieldDefinition("f", "Choices", options={"choices": [{"value": str(n)} for n in range(13)]})

    assert type(KIND.form_field(FIELD).widget) is forms.CheckboxSelectMultiple
    assert type(KIND.form_field(many).widget) is forms.SelectMultiple
