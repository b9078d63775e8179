"""The dealers of this month, and of the next: a list comes in,
leaves whom it no longer names, and is undone; by keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.keyboard import Keyboard

CUSTOMERS = 12
FIRST = range(10)  # customers of the first list
SECOND = (0, 1, 2, 3, 11)  # six leave, one joins
STRANGER = "nobody-knows-her@monthly.example.com"


@pytest.fixture(scope="module")
def customers(site, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("monthly") / "customers.csv"
    file.write_text("email,firstName\n" + "".join(f"{address(n)},Name{n}\n" for n in range(CUSTOMERS)))
    site.manage("import_worksheet", str(file), "--key", "email")


@pytest.mark.usefixtures("customers")
def test_the_list_of_each_month_by_keyboard_alone(site, keyboard: Keyboard, tmp_path: Path):
    label = f"Resellers {'live' if keyboard.has_scripts else 'plain'}"
    site.manage("create_cluster", label.title().replace(" ", ""), "--label", label)
    address_of_cluster = f"/clusters/{label.title().replace(' ', '')}/"

    upload(keyboard, address_of_cluster, written(tmp_path / "january.csv", [*map(address, FIRST), STRANGER]))
    add_all(keyboard, label)
    upload(keyboard, address_of_cluster, written(tmp_path / "february.csv", [*map(address, SECOND)]))
    make_it_exactly_this_list(keyboard, label)
    undo_it(keyboard)

    keyboard.page.goto(address_of_cluster)
    expect(keyboard.page.locator(".figures .figure").first).to_have_text("10")


def address(n: int) -> str:
    return f"c{n}@monthly.example.com"


def written(file: Path, emails: list[str]) -> Path:
    file.write_text("E-mail\n" + "".join(f"{email}\n" for email in emails))
    return file


def upload(keyboard: Keyboard, cluster: str, file: Path) -> None:
    page = keyboard.page
    page.goto(cluster)
    keyboard.press(page.get_by_role("link", name="Upload a list"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Upload a list for")
    keyboard.stop()
    keyboard.attach(page.get_by_label("Worksheet"), file)
    keyboard.press(page.get_by_role("button", name="Upload and review"))
    expect(page.get_by_role("heading", name="Rehearsal")).to_be_visible()
    keyboard.stop()


def add_all(keyboard: Keyboard, label: str) -> None:
    page = keyboard.page
    expect(page.get_by_role("heading", name="1 row is not known here")).to_be_visible()
    expect(page.get_by_role("cell", name=STRANGER)).to_be_visible()
    expect(page.get_by_role("button", name="Create this one")).to_be_visible()
    keyboard.press(page.get_by_role("button", name="Add 10 customers"))
    expect(told(page)).to_have_text("10 updated, 1 skipped.")
    expect(page.get_by_role("list", name="Clusters")).to_contain_text(f"{label} 10 join")
    keyboard.stop()


def make_it_exactly_this_list(keyboard: Keyboard, label: str) -> None:
    page = keyboard.page
    keyboard.press(page.locator("#guess-replace > summary"))
    keyboard.pick(page.get_by_role("radio", name=f"leaves {label}"))
    keyboard.press(page.locator("#guess-replace").get_by_role("button", name="Rehearse with this"))
    expect(page.get_by_text("Exactly this list")).to_be_visible()
    movements = page.get_by_role("list", name="Clusters")
    expect(movements).to_contain_text("1 joins")
    expect(movements).to_contain_text("6 leave")
    for n in (4, 9):
        expect(page.get_by_role("row").filter(has_text=f"Name{n}")).to_contain_text("leaves")
    keyboard.stop()

    button = page.get_by_role("button", name="Add 1 record, remove 6")
    keyboard.press(button)
    expect(page.get_by_role("alert")).to_contain_text("Type the number of those who leave")
    keyboard.stop()
    keyboard.type(page.get_by_label("More than a fifth of the members would leave"), "6")
    keyboard.press(button)
    expect(told(page)).to_contain_text("6 left the cluster")
    keyboard.stop()


def undo_it(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.press(page.get_by_role("button", name="Rehearse the undo"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Undo")
    keyboard.stop()
    keyboard.press(page.get_by_role("button", name="Undo", exact=False).first)
    expect(page.get_by_role("button", name="Redo")).to_be_visible()
    keyboard.stop()


def told(page: Page) -> Locator:
    """What the report says came of it."""
    return page.locator("#content .notice").first
