import pytest

from crm.schema.fieldtypes import InvalidValue, digits_of
from crm.schema.fieldtypes.phone import Phone

KIND = Phone()
GOOD = [
    "+5511999990000", "+55 (11) 99999-0000", "(11) 3333-4444", "11999990000", "5511999990000", "0800 123 4567",
    "+1 (212) 555-0100", "+351 21 123 4567", "3333-4444", "11 3333-4444 ramal 12", "011 3333 4444",
]  # fmt: skip
BAD = ["123", "call me", "+", "+999 123", "11 99999-0000 0000 0000", "ana@example.com", "-11999990000", "****"]


@pytest.mark.parametrize("number", GOOD)
def test_a_number_is_text_and_kept_as_it_is_written(definition, number):
    assert KIND.clean(number, definition("Phone")) == number


@pytest.mark.parametrize("number", BAD)
def test_r55_what_can_be_no_number_is_refused(definition, number):
    with pytest.raises(InvalidValue):
        KIND.clean(number, definition("Phone"))


def test_r55_a_column_is_judged_as_its_cells_are(convert):
    values, refusals = convert(KIND, [*GOOD, "", *BAD])

    assert values == [*GOOD, None, *[None] * len(BAD)]
    assert [cell for _place, cell in refusals] == BAD


def test_r20_numbers_are_the_same_whatever_their_punctuation():
    assert {digits_of(number) for number in ["+55 (11) 99999-0000", "+5511999990000", "55.11.99999/0000"]} == {"5511999990000"}
    assert KIND.key("+55 (11) 99999-0000") == KIND.key("55 11 99999 0000")
