"""Eight thousand real customers, some of them badly written: reviewed, mended, rehearsed, imported, undone; by keyboard alone."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.keyboard import Keyboard
from tests.browser.test_real_worksheet import LONG, OLIST

pytestmark = pytest.mark.skipif(not OLIST.exists(), reason="no olist_customers.csv: set OLIST_CSV")

ENTITIES = {
    "SL": "Live shoppers",
    "SP": "Plain shoppers",
}  # a journey fills one that no other has taught how its columns are read
FIELDS = {
    "customerUniqueId": "Varchar 50", "zipCodePrefix": "Varchar 10", "city": "Varchar 100", "state": "Varchar 10", "orders": "Integer",
    "spent": "Decimal", "lastOrderAt": "Date and Time",
}  # fmt: skip
GROUPED, IN_WORDS = 412, 3


@pytest.fixture(scope="module")
def shoppers(site) -> None:
    code = f"""
from crm.people.actors import Actor
from crm.schema.draft import editing
from crm.schema.draft import new_fields
from crm.schema.publishing import publishing
for acronym, name in {ENTITIES}.items():
    entity = editing.create_entity(acronym, name)
    for field, kind in {FIELDS}.items():
        editing.add_field(entity, new_fields.new_definition(field, kind, label=field, unique=field == "customerUniqueId"))
publishing.publish(by=Actor.operator())
"""
    site.manage("shell", "-v", "0", "-c", code)


@pytest.mark.usefixtures("shoppers")
def test_eight_thousand_customers_are_mended_imported_and_undone_by_keyboard_alone(keyboard: Keyboard, tmp_path: Path):
    acronym = "SL" if keyboard.has_scripts else "SP"
    review(keyboard, ENTITIES[acronym], badly_written(tmp_path / "shoppers.csv"))
    mend(keyboard, ENTITIES[acronym])
    run(keyboard, ENTITIES[acronym])
    undo(keyboard, acronym)


def badly_written(file: Path) -> Path:
    """The real customers, but for some dates as one writes them in Brazil, and some numbers with groups or in words."""
    with OLIST.open(newline="") as source, file.open("w", newline="") as target:
        rows = csv.DictReader(source)
        writer = csv.DictWriter(target, rows.fieldnames or [])
        writer.writeheader()
        for n, row in enumerate(rows):
            if n < GROUPED:
                row["orders"] = "1.001"
                row["last_order_at"] = re.sub(r"(\d+)-(\d+)-(0\d)", r"\3/\2/\1", row["last_order_at"])
            elif n < GROUPED + IN_WORDS:
                row["orders"] = "one"
            writer.writerow(row)
    return file


def review(keyboard: Keyboard, entity: str, file: Path) -> None:
    page = keyboard.page
    page.goto("/worksheets/")
    keyboard.press(page.get_by_role("link", name=re.compile("Import (a|the first) worksheet")).first)
    keyboard.choose(page.get_by_label("What the rows are"), entity)
    keyboard.attach(page.get_by_label("Worksheet"), file)
    keyboard.press(page.get_by_role("button", name="Upload and review"))
    expect(page.get_by_role("heading", name="2 questions first")).to_be_visible(timeout=LONG)
    keyboard.stop()
    keyboard.pick(page.get_by_role("radio", name="refused: a point begins the decimals"))  # a mistake, to be mended below
    keyboard.pick(page.get_by_role("radio", name="day first"))
    keyboard.press(page.get_by_role("button", name="Rehearse with these answers"))
    rehearsed(keyboard)
    keyboard.press(page.locator("#guess-columns > summary"))
    keyboard.choose(page.get_by_label("total_spent fills"), "spent (spent)")
    keyboard.press(page.locator("#guess-columns").get_by_role("button", name="Rehearse with this"))
    wait_for(keyboard, page.get_by_text("7 of 7 columns are taken."))
    rehearsed(keyboard)
    expect(counted(page, "Refused")).to_have_text("415")


def mend(keyboard: Keyboard, entity: str) -> None:
    page = keyboard.page
    keyboard.press(page.get_by_role("button", name="412 numbers look like 1.234,50: read them so"))
    wait_for(keyboard, page.get_by_role("heading", name="3 rows are refused"))
    keyboard.stop()
    keyboard.press(page.get_by_role("button", name="Leave these 3 cells out"))
    wait_for(keyboard, page.get_by_role("button", name=f"Import 8,016 {entity.lower()}"))
    expect(counted(page, "Refused")).to_have_text("0")
    keyboard.stop()


def run(keyboard: Keyboard, entity: str) -> None:
    page = keyboard.page
    keyboard.press(page.get_by_role("button", name=f"Import 8,016 {entity.lower()}"))
    wait_for(keyboard, page.locator("#content").get_by_text("8,016 created."))
    keyboard.stop()


def undo(keyboard: Keyboard, acronym: str) -> None:
    page = keyboard.page
    keyboard.press(page.get_by_role("button", name="Rehearse the undo"))
    wait_for(keyboard, page.get_by_text("This is what would happen."))
    keyboard.stop()
    keyboard.press(page.get_by_role("button", name="Undo", exact=False).first)
    wait_for(keyboard, page.get_by_role("button", name="Redo"))
    keyboard.stop()
    page.goto(f"/crm/{acronym}/")
    expect(page.get_by_text("0 records").or_(page.get_by_text("No shoppers yet"))).to_be_visible()


def rehearsed(keyboard: Keyboard) -> None:
    wait_for(keyboard, keyboard.page.get_by_role("heading", name="Rehearsal"))
    keyboard.stop()


def wait_for(keyboard: Keyboard, sight: Locator) -> None:
    """Where pages do not follow the work by themselves, one looks again."""
    again = keyboard.page.get_by_role("link", name="Refresh")
    if keyboard.has_scripts:
        expect(sight).to_be_visible(timeout=LONG)
        return
    for _look in range(LONG // 1_000):
        expect(sight.or_(again).first).to_be_visible(timeout=LONG)
        if sight.is_visible():
            return
        keyboard.page.wait_for_timeout(1_000)
        keyboard.press(again)
    expect(sight).to_be_visible()


def counted(page: Page, what: str) -> Locator:
    return page.locator(f".outcomes td[data-label='{what}']")
