"""The law of the designer: whatever is done to a form, no field is lost on the way and none is there twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.schema.designs import arranging
from crm.schema.errors import InvalidDesign
from crm.schema.form_design import FormDesign, ListColumn, PlaceDesign, SectionDesign, spread

FIELDS = "abcdef"


def design(*sections: tuple[str, ...], **said) -> FormDesign:
    """A form with these sections, each a text of fields per column."""
    made = (
        SectionDesign(f"s{at}", {}, tuple(tuple(map(PlaceDesign, column)) for column in columns))
        for at, columns in enumerate(sections)
    )
    return FormDesign(tuple(made), **said)


def texts(form: FormDesign) -> list[tuple[str, ...]]:
    return [tuple("".join(place.field for place in column) for column in section.columns) for section in form.sections]


@pytest.mark.parametrize(
    ("name", "direction", "after"),
    [
        ("a", "up", [("ab", "c"), ("d", "ef")]),
        ("a", "down", [("ba", "c"), ("d", "ef")]),
        ("b", "down", [("a", "c"), ("bd", "ef")]),
        ("c", "down", [("ab", ""), ("d", "cef")]),
        ("d", "up", [("abd", "c"), ("", "ef")]),
        ("e", "up", [("ab", "ce"), ("d", "f")]),
        ("f", "down", [("ab", "c"), ("d", "ef")]),
        ("a", "left", [("ab", "c"), ("d", "ef")]),
        ("a", "right", [("b", "ac"), ("d", "ef")]),
        ("b", "right", [("a", "cb"), ("d", "ef")]),
        ("c", "left", [("cab", ""), ("d", "ef")]),
        ("c", "right", [("ab", "c"), ("d", "ef")]),
    ],
)
def test_a_field_moves_one_step(name, direction, after):
    assert texts(arranging.move(design(("ab", "c"), ("d", "ef")), name, direction)) == after


def test_a_step_passes_over_the_clusters_and_into_what_there_is_of_columns():
    clusters = SectionDesign("c", {}, (spread("z", 1)[0],), is_clusters=True)
    form = design(("a", "b"), ("c",))
    form = FormDesign((form.sections[0], clusters, form.sections[1]))

    assert texts(arranging.move(form, "b", "down")) == [("a", ""), ("z",), ("bc",)]
    assert texts(arranging.move(form, "c", "up")) == [("ac", "b"), ("z",), ("",)]


def test_a_field_keeps_what_is_said_of_it_wherever_it_goes():
    form = arranging.set_place(design(("ab",), ("", "")), "a", required=True, help_text="As on the card")

    form = arranging.put(arranging.move(form, "a", "down"), "a", "s1", 1)

    assert arranging.place_of(form, "a") == PlaceDesign("a", required=True, help_text="As on the card")


def test_one_column_and_two_read_in_the_same_order():
    form = design(("abcde",))

    two = arranging.set_columns(form, "s0", 2)

    assert texts(two) == [("abc", "de")]
    assert arranging.set_columns(two, "s0", 1) == form


@pytest.mark.parametrize("count", [0, 3, -1])
def test_a_section_has_one_column_or_two(count):
    with pytest.raises(InvalidDesign):
        arranging.set_columns(design(("a",)), "s0", count)


def test_what_is_gone_meanwhile_is_refused_with_its_name():
    with pytest.raises(InvalidDesign, match="x is not on this form"):
        arranging.move(design(("a",)), "x", "up")
    with pytest.raises(InvalidDesign, match="section"):
        arranging.put(design(("a",)), "a", "s9")
    with pytest.raises(InvalidDesign, match="x"):
        arranging.move_in(design(filters=("a",)), "filters", "x", "up")


def test_a_form_without_a_section_gets_one_for_its_first_field():
    assert texts(arranging.put_last(FormDesign(), "a")) == [("a", "")]


def test_columns_of_the_list_keep_their_width_when_they_move():
    form = arranging.set_width(design(list_columns=(ListColumn("a"), ListColumn("b"))), "b", 120)

    form = arranging.move_in(form, "list_columns", "b", "up")

    assert form.list_columns == (ListColumn("b", 120), ListColumn("a"))


def test_a_document_of_a_later_release_is_read_without_what_it_adds():
    later = {"sections": [{"key": "s1", "columns": [[{"field": "a", "hint": "?"}]], "tint": 3}], "tint": 3}

    assert FormDesign.from_json(later) == FormDesign((SectionDesign("s1", {}, ((PlaceDesign("a"),),)),))


names = st.sampled_from(FIELDS)
keys = st.sampled_from([f"s{at}" for at in range(4)])
directions = st.sampled_from(["up", "down", "left", "right"])
places = st.one_of(st.none(), st.integers(-1, 9))
steps = st.one_of(
    st.tuples(st.just(arranging.put), names, keys, places, places),
    st.tuples(st.just(arranging.move), names, directions),
    st.tuples(st.just(arranging.set_columns), keys, st.integers(1, 2)),
    st.tuples(st.just(arranging.move_section), keys, directions),
    st.tuples(st.just(arranging.add_section), st.just({})),
)


@given(st.lists(steps, max_size=30))
def test_no_sequence_of_steps_loses_or_doubles_a_field(taken):
    form = design(("ab", "c"), ("def",))

    for step, *arguments in taken:
        form = tried(step, form, arguments)

        assert sorted(form.placed) == list(FIELDS)
        assert len({section.key for section in form.sections}) == len(form.sections)
        assert FormDesign.from_json(form.to_json()) == form


def tried(step, form, arguments):
    try:
        return step(form, *arguments)
    except InvalidDesign:
        return form
