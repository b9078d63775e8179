import pytest

from crm.schema.fieldtypes import InvalidValue, digits_of
from crm.schema.fieldtypes.phone import Phone

KIND = Phone()
GOOD = {
    "p:+5511999990001": "+5511999990001", "tel:+55-11-99999-0001": "+5511999990001",
    "+5511999990000": "+5511999990000", "+55 (11) 99999-0000": "+5511999990000", "(11) 3333-4444": "+551133334444",
    "11999990000": "+5511999990000", "5511999990000": "+5511999990000", "0800 123 4567": "+558001234567",
    "+1 (212) 555-0100": "+12125550100", "+351 21 123 4567": "+351211234567", "4004-1234": "+5540041234",
    "11 3333-4444 ramal 12": "+551133334444 ext. 12", "011 3333 4444": "+551133334444", "(55) 99999-0000": "+5555999990000",
    "0055 11 98765-4321": "+5511987654321", "00 1 212 555 0123": "+12125550123", "00 21 1 212 555 0123": "+12125550123",
    "00351 21 123 4567": "+351211234567", "0055 (11) 3333-4444": "+551133334444",
    "+55 (0xx11) 98765-4321": "+5511987654321", "(0xx11) 3333-4444": "+551133334444", "0XX11 98765-4321": "+5511987654321",
    "(0**11) 98765-4321": "+5511987654321", "(0XX) 11 98765-4321": "+5511987654321", "(0xx) (11) 3333.4444": "+551133334444",
    "(xx11) 98765-4321": "+5511987654321", "55 0xx11 98765 4321": "+5511987654321", "0--11 98765-4321": "+5511987654321",
    "+55 (011) 98765-4321": "+5511987654321", "0 15 11 98765-4321": "+5511987654321",
}  # fmt: skip
SHOWN = {
    "+5511999990000": "(11) 99999-0000", "+551133334444": "(11) 3333-4444", "+558001234567": "0800 123 4567",
    "+12125550100": "+1 212-555-0100", "+551133334444 ext. 12": "(11) 3333-4444 ext. 12", "call me": "call me",
}  # fmt: skip
BAD = [
    "3333-4444",
    "99999-0000",
    "+55 99999-0000",
    "123",
    "call me",
    "+",
    "+999 123",
    "11 99999-0000 0000 0000",
    "ana@example.com",
    "-11999990000",
    "****",
    "0xx11",
    "(0xx11)",
    "(0xx) 98765-4321",
    "(xx) 98765-4321",
    "(**) 98765-4321",
    "**11987654321",
    "0xx11 9****-4321",
]


@pytest.mark.parametrize("number", GOOD)
def test_a_number_is_kept_in_one_form_and_reads_back_as_it_is_shown(definition, number):
    kept = KIND.clean(number, definition("Phone"))

    assert kept == GOOD[number]
    assert (
        KIND.clean(kept, definition("Phone"))
        == KIND.clean(KIND.form_value(kept, definition("Phone")), definition("Phone"))
        == kept
    )


@pytest.mark.parametrize("kept", SHOWN)
def test_a_number_is_shown_as_it_is_dialled(definition, kept):
    assert KIND.display(kept, definition("Phone")) == SHOWN[kept]


@pytest.mark.parametrize("number", ["99999-0000", "3333-4444", "+55 99999-0000"])
def test_an_area_code_that_is_missing_is_asked(definition, number):
    with pytest.raises(InvalidValue, match="lacks the area code"):
        KIND.clean(number, definition("Phone"))


@pytest.mark.parametrize("number", BAD)
def test_r55_what_can_be_no_number_is_refused(definition, number):
    with pytest.raises(InvalidValue):
        KIND.clean(number, definition("Phone"))


def test_r55_a_column_is_judged_as_its_cells_are(convert):
    values, refusals = convert(KIND, [*GOOD, "", *BAD])

    assert values == [*GOOD.values(), None, *[None] * len(BAD)]
    assert [cell for _place, cell in refusals] == BAD


def test_r20_numbers_are_the_same_whatever_their_punctuation():
    assert {digits_of(number) for number in ["+55 (11) 99999-0000", "+5511999990000", "55.11.99999/0000"]} == {"5511999990000"}
    assert KIND.key("+55 (11) 99999-0000") == KIND.key("55 11 99999 0000")
