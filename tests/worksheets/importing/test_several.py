"""A column of several options replaces those of a record, adds to them or removes from them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.people.actors import Actor
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.multiple_choice import kept
from crm.worksheets.importing import rehearsing
from crm.worksheets.importing.preparing import prepare
from crm.worksheets.review import findings, guesses, reviewing
from crm.worksheets.review.form import ReviewForm

OPTIONS = ["Ouro", "a;b", "50%", "it's", "\\n", "Ouro branco"]
TIERS = FieldDefinition("tiers", "Choices", options={"choices": [{"value": value} for value in OPTIONS]})
some = st.lists(st.sampled_from(OPTIONS), unique=True)


@pytest.fixture
def parts(define):
    return define(code=FieldDefinition("code", "Varchar 50", unique=True), tiers=TIERS)


@pytest.fixture
def taken(parts, admin, import_text):
    """What a record with these options holds after a row with those was taken so."""

    def made(takes: str, before: list[str], cell: list[str] | str, **choices) -> tuple[list[str], dict[str, int]]:
        parts.objects.all().delete()
        parts.objects.create(id="p", code="1", tiers=kept(sorted(before, key=[*OPTIONS, "Bronze"].index)))
        text = cell if isinstance(cell, str) else ";".join(value.replace("\\", "\\\\").replace(";", "\\;") for value in cell)
        quoted = text.replace('"', '""')
        found = import_text(
            f'code,tiers\n1,"{quoted}"\n', entity="PT", key="code", columns={"tiers": {"takes": takes}}, **choices
        )
        return (parts.objects.get().tiers or "").strip("\n").split("\n"), found.counts

    return made


def in_order(values: set[str]) -> list[str]:
    return [value for value in OPTIONS if value in values] or [""]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=some, cell=some)
def test_options_are_added_or_removed_in_their_order(taken, before, cell):
    added, counts = taken("add", before, cell)
    assert added == in_order({*before, *cell})
    assert counts == {"rows": 1, "unchanged" if set(cell) <= set(before) else "updated": 1}

    removed, counts = taken("remove", before, cell)
    assert removed == in_order(set(before) - set(cell))
    assert counts == {"rows": 1, "unchanged" if set(cell).isdisjoint(before) else "updated": 1}


@pytest.mark.parametrize("takes", ["add", "remove"])
def test_an_empty_cell_changes_nothing_even_where_it_clears(taken, takes):
    assert taken(takes, ["Ouro"], "", empty="clear") == (["Ouro"], {"rows": 1, "unchanged": 1})


def test_null_still_clears(taken):
    assert taken("add", ["Ouro"], "[null]") == ([""], {"rows": 1, "updated": 1})


def test_what_the_field_no_longer_offers_stays(taken, parts):
    assert taken("add", ["Bronze", "Ouro"], ["50%"])[0] == ["Ouro", "50%", "Bronze"]


def test_a_new_record_has_nothing_to_remove_from(parts, import_text):
    import_text("code;tiers\n2;Ouro\n", entity="PT", key="code", columns={"tiers": {"takes": "remove"}})

    assert parts.objects.values_list("code", "tiers").get() == ("2", None)


def test_the_review_offers_it_rehearses_it_and_says_so(parts, upload):
    parts.objects.create(id="p", code="1", tiers=kept(["Ouro"]))
    worksheet = upload("code;tiers\n1;50%\n", entity="PT", key="code")
    reviewing.begin(worksheet)
    form = ReviewForm(review=reviewing.open_review(worksheet))
    data = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False, "")}
    form = ReviewForm({**data, "takes_1": "add"}, review=form.review)
    assert form.is_valid()

    reviewing.change(worksheet, form.chosen())
    rehearsing.rehearse_in_detail(prepare(worksheet))

    (record,) = findings.changes(prepare(worksheet), Actor.operator(), {}, limit=5).items
    assert [(change.before, change.after) for change in record.changes] == [("Ouro", "Ouro, 50%")]
    review = reviewing.open_review(worksheet)
    (said,) = [str(guess.sentence) for guess in guesses.guesses(review, ReviewForm(review=review)) if guess.name == "columns"]
    assert said.endswith("Added to what is there: <i>tiers</i>.")
    assert [value for value, _label in form.fields["takes_0"].choices] == ["", "new", "empty"]
