"""Questions in words that show one of the column's own cells."""

import pytest

from crm.worksheets.mapping.guessing import Question
from crm.worksheets.mapping.inspection import Evidence
from crm.worksheets.review.questions import prompt_for


def asked(kind: str, *evidence) -> tuple[str, list[tuple[str, str]]]:
    found = prompt_for(Question(1, "Born", kind, Evidence(*evidence)))
    assert found.name == f"{kind}_1"
    return found.text, [(option.value, option.label) for option in found.options]


def test_a_day_is_asked_in_words():
    assert asked("dates", 0, 0, 3284, "03/04/1990") == (
        "How is “03/04/1990” in Born to be read? 3,284 cells can be read both ways.",
        [("dmy", "April 3, 1990: day first (31/12/2026)"), ("mdy", "March 4, 1990: month first (12/31/2026)")],
    )


def test_days_that_contradict_each_other_are_counted():
    said, ways = asked("dates", 412, 3, 0, "")

    assert said == "Born has dates that can only begin with the day (412) and with the month (3). How are they to be read?"
    assert [value for value, _label in ways] == ["dmy", "mdy"]


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("1.234", ["1234: a comma begins the decimals (1.234,50)", "1.234: a point begins the decimals (1,234.50)"]),
        ("1,234", ["1.234: a comma begins the decimals (1.234,50)", "1234: a point begins the decimals (1,234.50)"]),
    ],
)
def test_a_number_is_asked_as_both_numbers(cell, labels):
    assert [label for _value, label in asked("decimal", 0, 0, 1, cell)[1]] == labels


def test_numbers_that_contradict_each_other_are_counted():
    assert (
        asked("decimal", 5, 2, 0, "")[0]
        == "Born has numbers with a decimal comma (5) and with a decimal point (2). How are they to be read?"
    )
