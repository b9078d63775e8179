"""Record pages take and show numbers and dates in the person's language; sending a page unchanged changes nothing."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from crm.records.writing import saving
from tests.page_forms import forms_of

TYPES = {
    "count": "Integer", "large": "Long", "rate": "Decimal", "price": "Currency", "share": "Percent",
    "born": "Date", "seen": "Date and Time", "opens": "Time", "name": "Varchar 50", "isBig": "Boolean",
}  # fmt: skip
VALUES = {
    "count": 1234567, "large": -(10**15), "rate": Decimal("1234.5"), "price": Decimal("99.9"), "share": Decimal("1.234"),
    "born": date(1980, 12, 5), "seen": datetime(2026, 3, 4, 17, 30, 59, tzinfo=UTC), "opens": time(14, 30, 5), "name": "1.234", "isBig": True,
}  # fmt: skip


@pytest.mark.parametrize("language", ["pt-br", "es", "en"])
def test_a_page_that_is_sent_unchanged_changes_nothing(browse, define, admin, language):
    parts = define(**TYPES)
    saving.create(parts, VALUES, by=admin, record_id="a")
    before = parts.objects.values().get()

    page = browse.get("/crm/PT/a/", headers={"accept-language": language})
    form = next(form for form in forms_of(page.text, "/crm/PT/a/") if "rate" in form.names)
    answer = browse.post("/crm/PT/a/", form.sent(), headers={"accept-language": language})

    assert answer.status_code == 302
    assert parts.objects.values().get() == before


def test_a_portuguese_person_types_as_she_writes(browse, define):
    parts = define(**TYPES)
    typed = {
        "count": "1.000", "rate": "1.234", "price": "R$ 99,90", "share": "8,5%",
        "born": "05/12/1980", "seen": "04/03/2026 14:30", "opens": "14:30",
    }  # fmt: skip

    answer = browse.post("/crm/PT/new/", typed, headers={"accept-language": "pt-br"})

    assert answer.status_code == 302
    assert parts.objects.values_list(*typed).get() == (
        1000, Decimal(1234), Decimal("99.90"), Decimal("8.5"), date(1980, 12, 5), datetime(2026, 3, 4, 17, 30, tzinfo=UTC), time(14, 30),
    )  # fmt: skip


def test_what_may_mean_two_things_is_asked_and_stays_in_the_input(browse, define):
    parts = define(rate="Decimal", born="Date")

    answer = browse.post("/crm/PT/new/", {"rate": "1,234", "born": "05/12/80"}, headers={"accept-language": "pt-br"})

    assert answer.status_code == 422
    assert "“1,234” pode significar 1.234,00 ou 1,23" in answer.text
    assert "“05/12/80” deixa o século em aberto" in answer.text
    assert 'value="1,234"' in answer.text
    assert not parts.objects.exists()


def test_defaults_and_limits_of_a_field_are_typed_and_shown_in_the_language(browse, define):
    define(rate="Decimal")
    portuguese = {"accept-language": "pt-br"}
    address = "/schema/PT/fields/rate/"
    form = next(form for form in forms_of(browse.get(address, headers=portuguese).text, address) if "default" in form.names)

    browse.post(address, form.sent() | {"default": "1.234", "option_maximum": "1.234.567,5"}, headers=portuguese)

    page = browse.get(address, headers=portuguese).text
    assert 'value="1.234,00"' in page
    assert 'value="1.234.567,50"' in page
    english = browse.get(address, headers={"accept-language": "en"}).text
    assert 'value="1,234.00"' in english
