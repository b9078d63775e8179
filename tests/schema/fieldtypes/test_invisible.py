"""What looks alike is alike: blanks, signs of full width and hyphens in keys and numbers; what cannot be seen is named."""

# ruff: noqa: RUF001  # letters that look alike are what this is about

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import CellFormat, InvalidValue
from crm.schema.fieldtypes.local_format import TypedText


def in_column(kind, text, field):
    values, refusals = kind.convert_column(["", text], field, CellFormat())
    if refusals:
        raise InvalidValue(refusals[0].reason)
    return values[1]


WAYS = {
    "cell": lambda kind, text, field: kind.clean_cell(text, field, CellFormat()),
    "column": in_column,
    "json": lambda kind, text, field: kind.clean(text, field),
    "typed": lambda kind, text, field: kind.clean(TypedText(text), field),
}
BLANKS = ["\u00a0", "\u2009", "\u202f", "\u3000"]
HIDDEN = ["\u200b", "\ufeff", "\u200e", "\u202e", "\u00ad", "\u2060"]
BLANK_LOOKING = [
    "\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u180b", "\u180e", "\u2800", "\u3164", "\ufe00", "\ufe0f", "\uffa0",
    "\U0001d173", "\U000e0001", "\U000e0041", "\U000e0100",
]  # fmt: skip


def field(label, **about):
    return FieldDefinition("f", label, **about)


@pytest.fixture(params=WAYS)
def way(request):
    return lambda text, about: WAYS[request.param](fieldtypes.get(about.type), text, about)


@pytest.mark.parametrize(
    ("about", "written", "value"),
    [
        (field("Varchar 50", unique=True), "U\u00a0100", "U 100"),
        (field("Varchar 50", unique=True), "Ｕ１００", "U100"),
        (field("Varchar 50", unique=True), "U\u2011100", "U-100"),
        (field("Varchar 50", unique=True), "Jose\u0301", "José"),
        (field("Varchar 100"), "Ana\u00a0Maria\u3000Lima", "Ana Maria Lima"),
        (field("Varchar 100"), "ＡＢＣ", "ＡＢＣ"),
        (field("Varchar 50", options={"by_digits": True}), "１２.345", "12.345"),
        (field("Email"), "ana＠example.com", "ana@example.com"),
        (field("CPF / CNPJ"), "529.982.247\u00a025", "52998224725"),
        (field("CPF / CNPJ"), "529\u2009982\u2009247–25", "52998224725"),
        (field("CPF / CNPJ"), "５２９９８２２４７２５", "52998224725"),
        (field("CEP"), "01310\u00a0100", "01310100"),
        (field("CEP"), "０１３１０－１００", "01310100"),
        (field("CEP"), "01310\u2011100", "01310100"),
        (field("Phone"), "(11)\u00a099999\u20110000", "+5511999990000"),
        (field("Phone"), "+55\u202f11\u202f99999–0000", "+5511999990000"),
        (field("Phone"), "（１１） ９９９９９-００００", "+5511999990000"),
        (field("Integer"), "１２", 12),
        (field("Decimal"), "１２．５", Decimal("12.50")),
        (field("Percent"), "８.５％", Decimal("8.5")),
        (field("Date"), "２０２０-０１-３１", date(2020, 1, 31)),
        (field("Time"), "２３:５０", time(23, 50)),
    ],
)  # fmt: skip
def test_what_looks_alike_in_a_key_or_number_is_read_alike(way, about, written, value):
    assert way(written, about) == value


@pytest.mark.parametrize("hidden", HIDDEN + BLANK_LOOKING)
@pytest.mark.parametrize(
    ("about", "text"),
    [
        (field("Email"), "ana@|example.com"), (field("CPF / CNPJ"), "529.982|.247-25"), (field("CEP"), "01310|-100"),
        (field("Phone"), "(11) 9999|9-0000"), (field("Varchar 50", unique=True), "U|100"), (field("Integer"), "1|2"),
        (field("Date"), "2020|-01-31"), (field("URL"), "https://example.com/a|b"),
        (field("Varchar 50", options={"by_digits": True}), "123|45"),
    ],
)  # fmt: skip
def test_what_cannot_be_seen_is_named_within_and_trimmed_around(way, about, text, hidden):
    with pytest.raises(InvalidValue, match=f"holds an invisible U\\+{ord(hidden):04X}"):
        way(text.replace("|", hidden), about)

    assert way(f"{hidden} {text.replace('|', '')}{hidden}\u00a0", about) == way(text.replace("|", ""), about)


@pytest.mark.parametrize("hidden", HIDDEN + BLANK_LOOKING)
@pytest.mark.parametrize("about", [field("Varchar 100"), field("Varchar 50", unique=True), field("Text"), field("Email")])
def test_a_text_of_nothing_that_can_be_seen_is_empty(way, about, hidden):
    assert way(hidden, about) is None
    assert way(f" {hidden}\u00a0{hidden}", about) is None


@pytest.mark.parametrize("hidden", HIDDEN + BLANK_LOOKING)
def test_an_ordinary_text_loses_what_cannot_be_seen_at_its_ends(way, hidden):
    assert way(f"{hidden}Ana {hidden}", field("Varchar 100")) == "Ana"


@pytest.mark.parametrize(
    "text", ["❤️", "Ana ❤️", "©️", "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e007f", "葛\U000e0100", "a 1️⃣ b", "क्‍ष"]
)
def test_signs_that_emoji_and_letters_need_stay(way, text):
    assert way(text, field("Varchar 100")) == text


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize(("label", "text"), [("Email", "an|a@example.com"), ("URL", "https://example.com/a|b")])
def test_a_blank_that_an_address_cannot_hold_is_named_where_it_is_no_ordinary_one(way, label, text, blank):
    with pytest.raises(InvalidValue, match=f"holds an invisible U\\+{ord(blank):04X}"):
        way(text.replace("|", blank), field(label))
    with pytest.raises(InvalidValue, match="is not an"):
        way(text.replace("|", " "), field(label))


@given(st.text(alphabet=[*"aZ0 -", *BLANKS, "Ａ", "０", "－", "\u2010", "\u2011", "é", "e", "\u0301"], max_size=12))
def test_every_way_in_makes_the_same_key_of_a_text_and_reads_it_as_itself(text):
    kind, about = fieldtypes.get("Varchar 50"), field("Varchar 50", unique=True)

    found = {key_or_refusal(read, kind, text, about) for read in WAYS.values()}

    assert len(found) == 1
    keys = found - {None, "refused"}
    assert {read(kind, key, about) for key in keys for read in WAYS.values()} == keys


def key_or_refusal(read, kind, text, about) -> str | None:
    try:
        return read(kind, text, about)
    except InvalidValue:
        return "refused"


def test_the_history_gives_a_text_back_as_it_was_kept():
    about = field("Varchar 50", unique=True)

    assert fieldtypes.get("Varchar 50").from_history("U\u00a0１００", about) == "U\u00a0１００"
