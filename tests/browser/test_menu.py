"""The command menu by keyboard; as a page without JavaScript."""

import re

from playwright.sync_api import Browser, Page, expect


def test_one_goes_to_a_cluster_by_keyboard(page: Page, axe_clean):
    page.goto("/clusters/new/")
    page.get_by_label("Name of the cluster").fill("Patrons")
    page.get_by_role("button", name="Create cluster").click()
    page.wait_for_url("**/clusters/Patrons/")
    page.goto("/")

    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search or go to")
    expect(box).to_be_focused()
    expect(page.get_by_role("option", name="New cluster")).to_be_visible()
    axe_clean(page)

    page.keyboard.type("patr")
    expect(page.get_by_role("option", name="Patrons", exact=True)).to_have_attribute("aria-selected", "true")
    axe_clean(page)
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(page.get_by_role("link", name="Search or go to")).to_be_visible()

    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Patrons", exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/clusters/Patrons/")


def test_arrows_turn_round_the_results_and_a_click_beside_closes(page: Page):
    page.goto("/")
    page.get_by_role("link", name="Search or go to").click()
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()

    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.mouse.click(5, 5)
    expect(page.get_by_role("combobox", name="Search or go to")).to_be_hidden()


def test_it_is_a_page_without_javascript(page: Page, browser: Browser, axe_clean):
    page.goto("/")
    bare = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state(), base_url=re.sub("/$", "", page.url)
    ).new_page()

    bare.goto("/")
    bare.get_by_role("link", name="Search or go to").click()
    bare.get_by_role("searchbox", name="Search or go to").fill("schema")
    bare.get_by_role("button", name="Search").click()
    bare.get_by_role("region", name="Go to").get_by_role("link", name="Schema", exact=True).click()

    expect(bare.get_by_role("heading", level=1)).to_contain_text("Schema")
    page.goto("/search/?q=schema")
    axe_clean(page)
