"""A filter is typed in the person's language, and its address holds the machine's form alone."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.records.lists.list_query import ListQuery
from crm.records.lists.typed_filters import canonical, shown_text
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from tests.page_forms import forms_of

PORTUGUESE = {"accept-language": "pt-br"}


@pytest.fixture
def parts(define, admin):
    made = define(rate="Decimal", born="Date", seen="Date and Time", count="Integer", name="Varchar 50")
    values = {"rate": "1234", "born": "1980-12-05", "seen": "2026-03-04T14:30", "count": 1000, "name": "1.234"}
    saving.create(made, values, by=admin, record_id="a")
    saving.create(made, {"rate": "1.23"}, by=admin, record_id="b")
    return made


def found(browse, address):
    return [record.pk for record in browse.get(address, headers=PORTUGUESE).context["listing"].page.rows]


@pytest.mark.parametrize(
    ("name", "typed", "kept", "ids"),
    [
        ("rate", "1.234", "1234", ["a"]),
        ("rate", ">=1.233,999", "%3E%3D1233.999", ["a"]),
        ("rate", "<1.234,00", "%3C1234.00", ["b"]),
        ("rate", "<1.2345", "%3C1.2345", ["b"]),
        ("count", "1.000", "1000", ["a"]),
        ("born", "05/12/1980", "1980-12-05", ["a"]),
        ("born", "<today-1d", "%3Ctoday-1d", ["a"]),
        ("born", "[null]", "%5Bnull%5D", ["b"]),
        ("seen", "04/03/2026", "2026-03-04", ["a"]),
        ("seen", ">04/03/2026 14:00", "%3E2026-03-04T17%3A00%3A00Z", ["a"]),
        ("name", "1.234", "1.234", ["a"]),
    ],
)
def test_the_form_leads_to_the_canonical_address(browse, parts, name, typed, kept, ids):
    answer = browse.get("/crm/PT/", {"_typed": "1", "_q": "", name: typed, "_where": ""}, headers=PORTUGUESE)

    assert answer["Location"] == f"/crm/PT/?{name}={kept}"
    assert found(browse, answer["Location"]) == ids


def test_the_page_sends_the_mark_and_shows_the_persons_form(browse, parts):
    page = browse.get("/crm/PT/?rate=>1233.5&seen=2026-03-04", headers=PORTUGUESE).text

    form = next(form for form in forms_of(page, "/crm/PT/") if "_typed" in form.names)
    assert (form.sent()["rate"], form.sent()["seen"]) == ([">1.233,50"], ["04/03/2026"])
    assert "rate: &gt;1.233,50" in page


def test_an_untouched_form_leads_to_the_whole_list(browse, parts):
    assert browse.get("/crm/PT/?_typed=1&rate=&_where=", headers=PORTUGUESE)["Location"] == "/crm/PT/"


@pytest.mark.parametrize("typed", ["1,234", "abc", "1,234.5"])
def test_what_cannot_be_read_is_refused_with_what_was_typed(browse, parts, typed):
    answer = browse.get("/crm/PT/", {"_typed": "1", "rate": typed}, headers=PORTUGUESE)

    assert answer.status_code == 400
    assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize("address", ["?rate=1.234,56", "?born=05/12/1980", "?_where=rate>1.234,5"])
def test_addresses_hold_the_machines_form_alone(browse, parts, address):
    assert browse.get(f"/crm/PT/{address}", headers=PORTUGUESE).status_code == 400


def test_an_address_means_the_same_in_every_language(browse, parts):
    assert found(browse, "/crm/PT/?rate=<1.234") == ["b"]


SIGNS = st.sampled_from(["", ">", "<=", "<>"])
LANGUAGES = st.sampled_from(["en", "pt-br", "es"])
NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=4)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def sent_again(type_name: str, text: str, language: str) -> str:
    """The filter of the address to which the untouched form of a list leads."""
    field = FieldDefinition("value", type_name)
    with override(language):
        shown = shown_text(field, text)
        return canonical(ListQuery({"value": (shown,)}), {"value": field}).filters["value"][0]


def apart(text: str) -> tuple[str, str]:
    value = text.lstrip("<>=")
    return text.removesuffix(value), value


@settings(deadline=None)
@given(SIGNS, NUMBERS, LANGUAGES, st.sampled_from(["Decimal", "Currency", "Percent"]))
@example(">", Decimal("1234.567"), "en", "Decimal")
@example(">", Decimal("1.234"), "en", "Currency")
@example("", Decimal("1.234"), "pt-br", "Decimal")
def test_a_number_that_is_shown_is_read_back_with_all_its_decimals(sign, number, language, type_name):
    sign_again, again = apart(sent_again(type_name, f"{sign}{number:f}", language))

    assert (sign_again, Decimal(again)) == (sign, number)


@settings(deadline=None)
@given(SIGNS, st.integers(-(2**31), 2**31 - 1), LANGUAGES)
def test_a_whole_number_that_is_shown_is_read_back(sign, number, language):
    assert sent_again("Integer", f"{sign}{number}", language) == f"{sign}{number}"


@settings(deadline=None)
@given(SIGNS, MOMENTS, LANGUAGES)
def test_a_moment_that_is_shown_is_read_back_with_its_fraction(sign, moment, language):
    sign_again, again = apart(sent_again("Date and Time", sign + moment.isoformat(), language))

    assert (sign_again, datetime.fromisoformat(again)) == (sign, moment)


@settings(deadline=None)
@given(SIGNS, st.dates(), LANGUAGES, st.sampled_from(["Date", "Date and Time"]))
def test_a_day_that_is_shown_is_read_back(sign, day, language, type_name):
    assert sent_again(type_name, f"{sign}{day}", language) == f"{sign}{day}"


def test_a_number_is_shown_as_the_language_writes_it():
    with override("en"):
        assert shown_text(FieldDefinition("value", "Decimal"), ">1234.567") == ">1,234.567"
