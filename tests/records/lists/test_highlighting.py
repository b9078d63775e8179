"""Search highlights: what a search found, marked whatever its case and accents, and never markup."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.records.lists.highlighting import marked
from crm.records.writing import saving
from crm.rules.folding import fold
from crm.schema.designs import stored_forms
from crm.schema.models import Form


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Rua São João", ["sao"], "Rua <mark>São</mark> João"),
        ("Ana Anabel", ["ana"], "<mark>Ana</mark> <mark>Ana</mark>bel"),
        ("anabel", ["ana", "anabel"], "<mark>anabel</mark>"),
        ("Straße", ["ss"], "Stra<mark>ß</mark>e"),
        ("<b>Ana</b>", ["ana", "b"], "&lt;<mark>b</mark>&gt;<mark>Ana</mark>&lt;/<mark>b</mark>&gt;"),
        ("a.b", ["."], "a<mark>.</mark>b"),
        ("Ana", [], "Ana"),
        ("Ana", ["zzz"], "Ana"),
        ("", ["a"], ""),
    ],
)
def test_words_are_marked(text, words, shown):
    assert marked(text, words) == shown


def test_of_a_long_text_the_piece_around_the_first_word_is_shown():
    text = "x" * 100 + " needle " + "y" * 100

    shown = marked(text, ["needle"])

    assert shown.startswith("…" + "x" * 19 + " <mark>needle</mark> ")
    assert shown.endswith("y…")


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=3), max_size=3))
def test_nothing_of_a_text_becomes_markup(text, words):
    shown = marked(text, [fold(word) for word in words])

    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert not set(bare) & set("<>\"'")
    assert len(shown) < 80 * 20 + 100


def test_the_forms_highlights_are_shown_with_what_a_keyword_finds(browse, customers, admin):
    saving.create(customers, {"email": "ana@example.com", "tradeName": "Açougue Boa Vista"}, by=admin)
    form = Form.objects.get(entity__acronym="CL", is_default=True)
    stored_forms.change(form, lambda design: replace(design, highlights=("tradeName", "email", "gender")), by=admin, what="Said")

    found, listed = browse.get("/crm/CL/?_q=acougue"), browse.get("/crm/CL/")

    assert "Trade name: <mark>Açougue</mark> Boa Vista" in found.text
    assert "E-mail: " not in found.text
    assert "Gender: " not in found.text
    assert "<mark>" not in listed.text
