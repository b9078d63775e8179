"""Options are compared by their stored value or by their label; what is neither is refused, never found to be nobody."""

import pytest

from crm.records import querying
from crm.records.writing import saving
from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.schema.definitions import FieldDefinition
from crm.schema.draft.editing import change_field
from crm.schema.models import Field
from crm.schema.publishing.publishing import publish

OPTIONS = [
    {"value": "gold", "label": {"en": "Gold member", "pt-br": "Sócio Ouro"}},
    {"value": "silver", "label": "Silver member"},
    {"value": "x", "label": "Twin"},
    {"value": "y", "label": "Twin"},
    {"value": "old", "label": "Former"},
]


@pytest.fixture
def members(define, admin):
    """One of each tier but the twins; `likes` holds several."""
    choices = {"choices": OPTIONS}
    model = define(
        code="Varchar 50",
        tier=FieldDefinition("tier", "Choice", options=choices),
        likes=FieldDefinition("likes", "Choices", options=choices),
        VIP="Boolean",
        Loyal=FieldDefinition("Loyal", "Rule", options={"expression": "tier=old"}),
    )
    for tier, likes in (("gold", ["gold", "silver"]), ("silver", ["silver"]), ("old", [])):
        saving.create(model, {"code": tier, "tier": tier, "likes": likes, "VIP": tier == "gold"}, by=admin)
    return model


@pytest.fixture
def retire(admin):
    """`old` and its label are no option any more; the records keep it."""

    def retired() -> None:
        for name in ("tier", "likes"):
            field = Field.objects.get(entity__acronym="PT", name=name)
            change_field(field, options={"choices": [option for option in OPTIONS if option["value"] != "old"]})
        publish(by=admin)

    return retired


def ask(browse, question: str) -> tuple[int, list[str] | str]:
    """The codes that the list finds, or why it does not."""
    answer = browse.get(f"/crm/PT/?{question}")
    if answer.status_code != 200:
        return answer.status_code, answer.text
    return 200, sorted(row.record.code for row in answer.context["rows"])


@pytest.mark.parametrize("written", ["gold", "GOLD", "Gold member", "gold MEMBER", "Sócio Ouro", "socio ouro"])
def test_an_option_is_found_by_its_value_and_by_its_label_in_any_language(browse, members, written):
    for question in (f"tier={written}", f"_where=tier={written}", f"_where=tier in ({written}, silver) AND VIP=true"):
        assert ask(browse, question) == (200, ["gold"])
    assert ask(browse, f"_where=likes={written}") == (200, ["gold"])
    assert ask(browse, f"_where=tier<>{written}") == (200, ["old", "silver"])


def test_several_options_are_found_by_their_labels(browse, members):
    assert ask(browse, "_where=likes='Gold member;Silver member'") == (200, ["gold"])


@pytest.mark.parametrize("question", ["tier=Sócio*", "_where=tier contains member AND tier=*gold*"])
def test_a_part_of_a_label_finds_its_option(browse, members, question):
    assert ask(browse, question) == (200, ["gold"])


@pytest.mark.parametrize(
    "question",
    ["tier=Goldd", "_where=tier=Goldd", "_where=tier<>Goldd", "_where=tier in (gold, Goldd)", "_where=likes=Goldd",
     "_where=likes='gold;Goldd'", "tier=Goldd*", "_where=NOT tier=Goldd"],
)  # fmt: skip
def test_what_is_no_option_is_refused_with_the_options(browse, members, question):
    status, page = ask(browse, question)

    assert status == 400
    assert "is no option of" in page
    assert "gold (Gold member), silver (Silver member), x (Twin), y (Twin), old (Former)" in page


def test_a_value_like_an_option_is_refused_with_a_suggestion(members):
    with pytest.raises(RuleError) as refused:
        querying.matching(members.objects.all(), "tier=Goldd")

    assert refused.value.suggestion == "gold"


def test_a_label_of_two_options_is_refused(browse, members):
    status, page = ask(browse, "tier=Twin")

    assert status == 400
    assert "is the label of several options of" in page
    assert "x, y" in page


def test_words_for_true_and_false_are_known_and_others_refused(browse, members):
    assert ask(browse, "VIP=sim") == (200, ["gold"])
    assert ask(browse, "VIP=maybe")[0] == 400


def test_a_retired_option_is_found_while_a_record_holds_it(browse, members, retire):
    retire()

    assert ask(browse, "tier=old") == (200, ["old"])
    assert ask(browse, "tier=Former")[0] == 400

    members.objects.filter(code="old").update(tier=None)

    assert ask(browse, "tier=old")[0] == 400


def test_a_stored_rule_goes_on_when_its_option_is_retired(browse, members, retire):
    assert ask(browse, "Loyal=true") == (200, ["old"])

    retire()

    assert ask(browse, "Loyal=true") == (200, ["old"])
    members.objects.filter(code="old").update(tier=None)
    assert ask(browse, "Loyal=true") == (200, [])
    assert not querying.condition(parse("tier=old"), members).negated
