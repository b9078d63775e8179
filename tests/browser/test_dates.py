"""Days are typed as the language writes them, or chosen in the browser's calendar."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site


@pytest.fixture(scope="module")
def visits(site: Site) -> str:
    site.manage("create_entity", "VS", "Visits")
    for name, kind in (("visitDay", "Date"), ("visitTime", "Date and Time")):
        site.manage("create_field", "VS", name, kind)
    return "/crm/VS/new/"


def test_a_day_is_chosen_in_the_calendar(visits: str, page: Page, axe_clean):
    page.goto(visits)
    day, moment = page.locator("[name=visitDay]"), page.locator("[name=visitTime]")
    expect(page.get_by_role("button", name="Choose a day: visitDay")).to_be_visible()
    axe_clean(page)

    for input, machine in ((day, "1980-12-05"), (moment, "2026-03-04T14:30")):
        place = page.locator(".date-input").filter(has=input)
        place.get_by_role("button").click()  # opens the browser's own calendar, which no page can reach
        page.keyboard.press("Escape")
        place.locator("[aria-hidden]").evaluate(
            "(picker, value) => { picker.value = value; picker.dispatchEvent(new Event('change')); }", machine
        )

    expect(day).to_have_value("12/05/1980")
    expect(moment).to_have_value("03/04/2026 2:30 p.m.")
    expect(page.locator("[data-unsaved-note]")).to_be_visible()
    page.get_by_role("button", name="Create").click()
    expect(day).to_have_value("12/05/1980")
    expect(moment).to_have_value("03/04/2026 2:30 p.m.")
    page.locator(".date-input").filter(has=moment).get_by_role("button").click()
    expect(page.locator(".date-input").filter(has=moment).locator("[aria-hidden]")).to_have_value("2026-03-04T14:30")


def test_a_day_that_is_refused_says_why_beside_its_calendar(visits: str, page: Page, axe_clean):
    page.goto(visits)
    page.get_by_label("visitDay", exact=True).fill("31/31/1980")
    page.get_by_role("button", name="Create").click()

    expect(page.locator("#div_id_visitDay .invalid-feedback")).to_be_visible()
    axe_clean(page)
