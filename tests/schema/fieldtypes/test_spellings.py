"""Any value in any accepted spelling of a language reads back equal, in the format that the language's people use."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import CellFormat

FORMS = {
    "en_US": CellFormat("mdy", ".", is_grouped=True), "pt_BR": CellFormat("dmy", ","), "es_MX": CellFormat("dmy", ".", is_grouped=True),
    "es_CO": CellFormat("dmy", ","), "es_AR": CellFormat("dmy", ","),
}  # fmt: skip
DAY = {"mdy": "MM/dd/y", "dmy": "dd/MM/y"}
NAMED = {"mdy": ["MMM d, y", "MMMM d, y", "d MMM y"], "dmy": ["d/MMM/y", "d MMM y", "d 'de' MMMM 'de' y"]}
AROUND: list[Callable[[str], str]] = [str, lambda text: f" {text}\u00a0", lambda text: f"\u200b{text}\ufeff"]
NEGATIVE: list[Callable[[str], str]] = [lambda text: f"({text})", lambda text: f"{text}-", lambda text: f"\u2212{text}"]


def spelled_number(value: int | Decimal, locale: str, places: int) -> list[str]:
    pattern = "#,##0" + ("." + "0" * places if places else "")
    grouped = format_decimal(value, pattern, locale)
    plain = format_decimal(value, pattern, locale, group_separator=False)
    signs = FORMS[locale].decimal, "," if FORMS[locale].decimal == "." else "."
    blank = grouped.replace(signs[1], "\u00a0") if places or abs(value) >= 1000 else plain
    negative = [way(format_decimal(abs(value), pattern, locale)) for way in NEGATIVE] if value < 0 else []
    return [grouped, plain, blank, *negative]


def spelled_money(value: Decimal, locale: str) -> list[str]:
    return [
        *spelled_number(value, locale, 2),
        format_currency(value, "BRL", locale=locale),
        f"R$ {spelled_number(value, locale, 2)[0]}",
    ]


def spelled_day(value: date, locale: str) -> list[str]:
    written = format_date(value, DAY[FORMS[locale].dates], locale)
    short = written[:6] + written[-2:]
    return [
        written,
        written.replace("/", "-"),
        written.replace("/", "."),
        value.isoformat(),
        value.isoformat().replace("-", "/"),
        *(format_date(value, pattern, locale) for pattern in NAMED[FORMS[locale].dates]),
        *([short] if 1930 <= value.year <= 2029 else []),
    ]


def spelled_moment(value: datetime, locale: str) -> list[str]:
    day = DAY[FORMS[locale].dates]
    return [format_datetime(value, f"{day} HH:mm:ss", UTC, locale) + zone for zone in (" UTC", "Z", "+00", "+00:00", "+0000")] + [
        format_datetime(value, f"{day}, h:mm:ss a", UTC, locale) + " UTC",
        value.isoformat(),
        f"{value:%Y-%m-%d %H:%M:%S}+00",
    ]


def spelled_time(value: time, locale: str) -> list[str]:
    return [
        format_time(value, "HH:mm:ss", locale=locale),
        f"{value:%H:%M:%S}",
        *([f"{value:%Hh%M}", f"às {value:%H:%M}", f"a las {value:%H h %M}"] if value.second == 0 else []),
        f"{value:%I:%M:%S %p}",
        f"{value:%I:%M:%S}{'ap'[value.hour >= 12]}.m.",
    ]


def spelled_whole(value: int, locale: str) -> list[str]:
    """A plain number of one to three digits before three others would be in doubt, where a sign divides them: none does."""
    return spelled_number(value, locale, 0)


WHOLE = st.times().map(lambda at: at.replace(microsecond=0))
TIMES = WHOLE | WHOLE.map(lambda at: at.replace(second=0))  # only these are written without seconds


KINDS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any, str], list[str]]]] = {
    "Integer": (st.integers(-(2**31), 2**31 - 1), spelled_whole),
    "Long": (st.integers(-(2**63), 2**63 - 1), spelled_whole),
    "Decimal": (st.decimals(-9_999_999_999_999, 9_999_999_999_999, places=2), lambda value, locale: spelled_number(value, locale, 2)),
    "Currency": (st.decimals(-9_999_999_999, 9_999_999_999, places=2), spelled_money),
    "Percent": (st.decimals(-1_000_000, 1_000_000, places=2), lambda value, locale: [f"{text}%" for text in spelled_number(value, locale, 2)[:3]]),
    "Date": (st.dates(date(1000, 1, 1)), spelled_day),
    "Date and Time": (st.datetimes(datetime(1000, 1, 2), datetime(9998, 1, 1), timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)), spelled_moment),
    "Time": (TIMES, spelled_time),
}  # fmt: skip


@pytest.mark.parametrize("locale", FORMS)
@pytest.mark.parametrize("label", KINDS)
def test_a_value_in_any_spelling_of_a_language_reads_back_equal(label, locale):
    kind, (values, spelled), field = fieldtypes.get(label), KINDS[label], FieldDefinition("f", label)

    @settings(max_examples=60)
    @given(values, st.sampled_from(AROUND))
    def reads_back(value, around):
        for text in spelled(value, locale):
            assert kind.clean_cell(around(text), field, FORMS[locale]) == value, text

    reads_back()


@pytest.mark.parametrize("label", ["Integer", "Long"])
@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from([".", ","]))
def test_a_whole_number_is_never_read_as_a_thousandth(label, thousands, rest, decimal):
    cell, form = f"{thousands}{decimal}{rest:03}", CellFormat(decimal=decimal, is_grouped=True)

    _values, refusals = fieldtypes.get(label).convert_column([cell], FieldDefinition("f", label), form)

    assert [refusal.cell for refusal in refusals] == [cell]
