"""A field that a form shows and requires by a rule: designed, and appearing while one types, by keyboard."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.keyboard import Keyboard


def test_a_field_comes_and_goes_with_what_is_typed(site: Site, page: Page, axe_clean):
    site.manage("create_entity", "FM", "Firms")
    for name, kind in (("isFirm", "Boolean"), ("tradeName", "Varchar 50")):
        site.manage("create_field", "FM", name, kind)
    keys = Keyboard(page, lambda: axe_clean(page), has_scripts=True)

    page.goto("/schema/FM/forms/default/fields/tradeName/")
    keys.type(page.get_by_label("Shown only if"), "isFirmm=true")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Did you mean “isFirm”?")).to_be_visible()
    keys.type(page.get_by_label("Shown only if"), "isFirm=true")
    keys.type(page.get_by_label("Required if"), "isFirm=true")
    keys.stop()
    page.keyboard.press("Enter")
    expect(page.get_by_text("shown if isFirm=true")).to_be_visible()

    page.goto("/crm/FM/new/")
    firm, trade = page.get_by_label("isFirm"), page.get_by_label("tradeName (required)")
    expect(page.get_by_label("tradeName")).to_be_hidden()
    keys.go_to(firm)
    page.keyboard.press("Space")
    expect(trade).to_be_visible()
    expect(trade).to_have_attribute("aria-required", "true")
    expect(firm).to_be_focused()
    expect(page.locator("[data-announcer]")).to_have_text("Shown now: tradeName (required).")
    keys.stop()

    keys.type(trade, "ACME")
    keys.go_to(firm)
    page.keyboard.press("Space")
    expect(trade).to_be_hidden()
    page.keyboard.press("Space")
    expect(trade).to_have_value("ACME")
    keys.press(page.get_by_role("button", name="Create"))
    expect(page.get_by_label("tradeName (required)")).to_have_value("ACME")
