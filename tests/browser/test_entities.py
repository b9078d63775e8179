"""An entity from its making to its end, by keyboard: related to
another, searched for, removed with a choice, restored, deleted."""

import pytest
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def stop(page: Page, axe_clean):
    """Waits for a heading and asserts that axe finds nothing there."""

    def stopped(heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        axe_clean(page)

    return stopped


def press(place: Locator, key: str = "Enter") -> None:
    place.focus()
    expect(place).to_be_focused()
    place.press(key)


def fill(place: Locator, text: str) -> None:
    press(place, "ControlOrMeta+a")
    place.page.keyboard.type(text)


def test_r50_an_entity_is_made_related_removed_restored_and_deleted(page: Page, stop):
    make_it(page, stop)
    relate_it(page, stop)
    relate_it_to_itself(page, stop)
    fill_it(page, stop)
    remove_and_restore_it(page, stop)
    delete_it(page, stop)


def make_it(page: Page, stop) -> None:
    page.goto("/schema/")
    stop("Schema")
    press(page.get_by_role("link", name="New entity"))
    stop("New entity")
    fill(page.get_by_label("Acronym"), "PZ")
    fill(page.get_by_label("Name (English)"), "Prizes")
    fill(page.get_by_label("Name (Brazilian Portuguese)"), "Prêmios")
    press(page.get_by_role("button", name="Make the entity"))
    stop("Prizes")


def relate_it(page: Page, stop) -> None:
    add_field(page, "Winner", "Relationship")
    stop("A field of type Relationship")
    choose(page.locator("[name=option_entity]"), "Customers (CL)")
    shown = page.get_by_label("Field to show")
    expect(shown.locator("optgroup")).to_have_count(1)
    choose(shown, "E-mail")
    press(page.get_by_role("button", name="Add and publish"))
    expect(page.get_by_role("status").get_by_text("The field Winner is published")).to_be_visible()


def relate_it_to_itself(page: Page, stop) -> None:
    add_field(page, "Better than", "Relationship")
    choose(page.locator("[name=option_entity]"), "Prizes (PZ)")
    press(page.get_by_role("button", name="Add and publish"))
    expect(page.get_by_role("status").get_by_text("The field BetterThan is published")).to_be_visible()
    stop("Prizes")


def add_field(page: Page, label: str, kind: str) -> None:
    fill(page.locator("[name=label]"), label)
    choose(page.locator("[name=type]"), kind)
    press(page.get_by_role("button", name="Add and publish"))


def choose(place: Locator, name: str) -> None:
    place.focus()
    place.page.keyboard.type(name)
    expect(place.locator("option:checked")).to_have_text(name)


def fill_it(page: Page, stop) -> None:
    """The one who won is found by what she is called, by typing a part of it."""
    page.goto("/crm/CL/new/")
    fill(page.locator("[name=email]"), "winner.of.prizes@example.com")
    press(page.get_by_role("button", name="Create"))
    expect(page.get_by_role("status").get_by_text("Created")).to_be_visible()
    page.goto("/crm/PZ/new/")
    winner = page.get_by_role("combobox", name="Winner")
    winner.focus()
    page.keyboard.type("winner.of")
    expect(page.get_by_role("option", name="winner.of.prizes@example.com")).to_be_visible()
    winner.press("ArrowDown")
    winner.press("Enter")
    expect(winner).to_have_value("winner.of.prizes@example.com")
    press(page.get_by_role("button", name="Create"))
    expect(page.get_by_role("status").get_by_text("Created")).to_be_visible()
    expect(page.get_by_role("combobox", name="Winner")).to_have_value("winner.of.prizes@example.com")


def remove_and_restore_it(page: Page, stop) -> None:
    open_removal(page, stop)
    press(page.get_by_role("button", name="Remove the entity"))
    expect(page.get_by_role("status").get_by_text("its records are kept")).to_be_visible()
    stop("Schema")
    expect(page.get_by_role("row").filter(has_text="Prizes (PZ)")).to_contain_text("1")
    press(page.get_by_role("button", name="Restore Prizes"))
    expect(page.get_by_role("status").get_by_text("The entity PZ is back with its records.")).to_be_visible()


def delete_it(page: Page, stop) -> None:
    open_removal(page, stop)
    press(page.get_by_label("Keep them: the entity can be restored"), "ArrowDown")
    press(page.get_by_role("button", name="Remove the entity"))
    expect(page.get_by_text("Type 1, which is how many records go.")).to_be_visible()
    stop("Remove Prizes")
    fill(page.get_by_label("How many records go"), "1")
    press(page.get_by_role("button", name="Remove the entity"))
    expect(page.get_by_role("status").get_by_text("“Prizes” is being deleted with its 1 record.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Deleting an entity")).to_contain_text("done", timeout=20_000)
    page.goto("/schema/")
    expect(page.get_by_text("Prizes")).to_have_count(0)


def open_removal(page: Page, stop) -> None:
    page.goto("/schema/PZ/settings/")
    stop("Prizes")
    press(page.get_by_role("link", name="Remove the entity"))
    stop("Remove Prizes")
    expect(page.get_by_text("It has 1 record.")).to_be_visible()
