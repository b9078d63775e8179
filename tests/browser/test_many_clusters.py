"""Dozens of clusters: one column and one filter of a list, and a record's panel, by keyboard and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard
from tests.live_site import Site

GENRES = [f"Genre {number:02}" for number in range(1, 36)]
GROUPS = ["Band", "Choir", "Crew"]
PEOPLE = "name;genre;Band;Choir;Crew\nZoe;Genre 07;sim;sim;sim\nYara;;sim;não;não\n"


@pytest.fixture(scope="module")
def crowd(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An entity of its own with thirty-eight clusters; Zoe is in four of them, Yara in one."""
    site.manage("create_entity", "MC", "Musicians")
    for name in ("name", "genre"):
        site.manage("create_field", "MC", name, "Varchar 50", "--label", name.title(), *(["--unique"] if name == "name" else []))
    site.manage("create_tiers", "genre", "--values", *GENRES, "--entity", "MC")
    for group in GROUPS:
        site.manage("create_cluster", group, "--entity", "MC")
    file = tmp_path_factory.mktemp("crowd") / "crowd.csv"
    file.write_text(PEOPLE)
    site.manage("import_worksheet", str(file), "--entity", "MC", "--key", "name")


def test_r48_a_list_shows_and_filters_by_all_clusters_in_one_column(keyboard: Keyboard, crowd):
    open_the_rest(keyboard)
    filter_by_two(keyboard)
    take_the_filter_off(keyboard)


def test_a_cluster_is_found_among_dozens_and_switched_on_a_record(keyboard: Keyboard, crowd):
    page = keyboard.page
    page.goto("/crm/MC/?_q=Yara")
    keyboard.press(page.get_by_role("link", name="Yara", exact=True))
    expect(page.get_by_role("switch", name="Band")).to_be_checked()
    find(keyboard, "chóir")
    switch = page.get_by_role("switch", name="Choir")
    keyboard.go_to(switch)
    page.keyboard.press("Space")
    keyboard.stop()
    keyboard.press(page.get_by_role("button", name="Save"))
    expect(page.get_by_role("status").get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("switch", name="Choir")).to_be_checked()
    expect(page.get_by_role("switch", name="Band")).to_be_checked()
    ask_why(keyboard)
    put_back(keyboard)


def open_the_rest(keyboard: Keyboard) -> None:
    page = keyboard.page
    page.goto("/crm/MC/?_q=Zoe")
    row = page.get_by_role("row").filter(has_text="Zoe")
    expect(row.locator(".chip:visible")).to_have_count(3)
    keyboard.press(row.locator("summary"))
    expect(row.locator(".chip:visible")).to_have_count(4)
    keyboard.stop()


def filter_by_two(keyboard: Keyboard) -> None:
    page = keyboard.page
    page.goto("/crm/MC/")
    keyboard.press(page.locator("#clusters-picker > summary"))
    if not keyboard.has_scripts:
        keyboard.press(page.get_by_role("link", name="Choose clusters"))
        keyboard.press(page.get_by_role("link", name="Count who is in each"))
    expect(page.locator("#count-Band")).to_have_text("2")
    keyboard.go_to(page.get_by_label("Who is shown"))
    page.keyboard.type("in all")
    if keyboard.has_scripts:
        keyboard.type(page.get_by_label("Find a cluster"), "BÁN")
        expect(page.locator(".picker-list li:visible")).to_have_count(1)
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.press("Backspace")
    for group in ("Band", "Choir"):
        keyboard.go_to(page.get_by_role("checkbox", name=group))
        page.keyboard.press("Space")
    keyboard.stop()
    keyboard.press(page.get_by_role("button", name="Show them"))
    expect(page).to_have_url(re.compile(r"/crm/MC/\?_in=Band&_in=Choir$"))
    expect(page.get_by_role("row").filter(has_text="Zoe")).to_have_count(1)
    expect(page.get_by_role("row").filter(has_text="Yara")).to_have_count(0)
    keyboard.stop()


def take_the_filter_off(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.press(page.get_by_role("link", name="remove the filter Clusters"))
    expect(page).to_have_url(re.compile(r"/crm/MC/\??$"))
    expect(page.get_by_role("row").filter(has_text="Yara")).to_have_count(1)


def find(keyboard: Keyboard, text: str) -> None:
    page = keyboard.page
    expect(page.get_by_role("switch", name="Choir")).to_have_count(0)
    if keyboard.has_scripts:
        keyboard.type(page.get_by_label("Find a cluster"), text)
        expect(page.get_by_role("switch", name="Choir")).to_be_visible()
    else:
        keyboard.press(page.get_by_role("link", name=re.compile(r"All \d+ clusters")))


def ask_why(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.press(page.locator(".membership-why summary").filter(has_text="Choir"))
    if keyboard.has_scripts:
        expect(page.get_by_text("Choir is Yes")).to_be_visible()
    keyboard.stop()
    keyboard.press(page.get_by_role("link", name="Why? Choir"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Yara is in Choir")
    keyboard.stop()


def put_back(keyboard: Keyboard) -> None:
    page = keyboard.page
    page.go_back()
    page.get_by_role("switch", name="Choir").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").get_by_text("Saved.")).to_be_visible()
