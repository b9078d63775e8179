import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.br import cpf

from crm.schema.fieldtypes import InvalidValue
from crm.schema.fieldtypes.cpf_cnpj import CPFCNPJ
from crm.schema.fieldtypes.tax_numbers import check_digits, is_cpf

KIND = CPFCNPJ()
CPFS = ["529.982.247-25", "52998224725", "111.444.777-35"]
LABELLED = ["CPF: 529.982.247-25", "cpf 52998224725", "CNPJ 11.222.333/0001-81", "CPF/CNPJ: 52998224725"]
CNPJS = ["11.222.333/0001-81", "11222333000181", "12.ABC.345/01DE-35", "12abc34501de35"]
BAD = [
    "529.982.247-26", "111.111.111-11", "5299822472", "52998224725x", "٥٢٩٩٨٢٢٤٧٢٥",
    "11.222.333/0001-82", "00.000.000/0000-00", "11222333000181 0", "12.ABC.345/01DE-36",
]  # fmt: skip


def bare(number: str) -> str:
    return "".join(filter(str.isalnum, number)).upper()


@pytest.mark.parametrize("number", [*CPFS, *CNPJS])
def test_a_right_number_is_kept_without_punctuation(definition, number):
    assert KIND.clean(f" {number} ", definition("CPF / CNPJ")) == bare(number)


@pytest.mark.parametrize("number", LABELLED)
def test_what_a_number_is_called_before_it_is_no_part_of_it(definition, number):
    assert KIND.clean(number, definition("CPF / CNPJ")) in {"52998224725", "11222333000181"}


@pytest.mark.parametrize(
    ("kept", "shown"), [("52998224725", "529.982.247-25"), ("12ABC34501DE35", "12.ABC.345/01DE-35"), ("5", "5")]
)
def test_a_number_is_shown_with_punctuation(definition, kept, shown):
    assert KIND.display(kept, definition("CPF / CNPJ")) == KIND.form_value(shown, definition("CPF / CNPJ")) == shown


@pytest.mark.parametrize("number", BAD)
def test_a_wrong_number_is_refused(definition, number):
    with pytest.raises(InvalidValue, match="is not a CPF or CNPJ"):
        KIND.clean(number, definition("CPF / CNPJ"))


def test_a_column_is_judged_as_its_cells_are(convert):
    values, refusals = convert(KIND, [*CPFS, *CNPJS, "", *BAD])

    assert values == [*map(bare, [*CPFS, *CNPJS]), None, *[None] * len(BAD)]
    assert [cell for _place, cell in refusals] == BAD


def test_a_column_of_nothing_but_cpfs_is_judged_too(convert):
    assert convert(KIND, [*CPFS, ""]) == ([*map(bare, CPFS), None], [])
    assert convert(KIND, [*CPFS, "529.982.247-26"]) == ([*map(bare, CPFS), None], [(3, "529.982.247-26")])


def test_r20_numbers_are_the_same_whatever_their_punctuation():
    assert KIND.key("529.982.247-25") == KIND.key("52998224725") == "52998224725"
    assert KIND.key("12.ABC.345/01DE-35") == KIND.key("12abc34501de35")


@settings(deadline=None)
@given(st.integers(1, 999_999_999))
def test_check_digits_are_those_of_the_library(nine):
    number = f"{nine:09}{check_digits(nine):02}"

    assert cpf.is_valid(number)
    assert is_cpf(number) is (len(set(number)) > 1)
