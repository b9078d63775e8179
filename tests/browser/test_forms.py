"""A form is designed and used without a mouse; with one, fields are dragged. Related records are picked by typing."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def visit(page: Page, axe_clean):
    """Opens a page and asserts that axe finds nothing there."""

    def visited(address: str = "") -> Page:
        if address:
            page.goto(address)
        axe_clean(page)
        return page

    return visited


def press(target: Locator, key: str = "Enter") -> None:
    """By keyboard alone: the target takes the focus and a key."""
    target.focus()
    target.press(key)


def test_a_form_is_designed_and_used_by_keyboard(page: Page, visit):
    make_form(visit)
    lay_out_sections(visit)
    design_the_list(visit)
    use_the_form(visit)


def make_form(visit) -> None:
    page = visit("/crm/CL/")
    press(page.get_by_role("link", name="Forms", exact=True))
    page.wait_for_url("**/schema/CL/forms/")
    visit()
    page.get_by_label("Name (English)").fill("Approvals")
    page.get_by_label("Begin with").select_option(label="nothing")
    press(page.get_by_role("button", name="Make the form"))
    page.wait_for_url("**/schema/CL/forms/approvals/")
    visit()


def lay_out_sections(visit) -> None:
    page = visit()
    press_in(page.get_by_label("New section"), "Contact")
    expect(page.get_by_label("Put into").locator("option")).to_have_text(["Details", "Contact"])
    for field, section in (("First name", "Details"), ("Approved", "Details"), ("E-mail", "Contact"), ("Phone", "Contact")):
        put(page, field, section)
    visit()
    # First name goes down into the next section, then to its right column: the focus goes with it, and it is said.
    said = page.locator("#designer-said")
    down = page.locator("#down-firstName")
    down.focus()
    down.press("Enter")
    expect(said).to_have_text("First name is now 1 of 2 in column 1 of Contact.")
    expect(down).to_be_focused()
    press(page.locator("#right-firstName"))
    expect(said).to_have_text("First name is now 1 of 2 in column 2 of Contact.")
    expect(page.locator("#right-firstName")).to_be_focused()
    press(page.get_by_role("button", name="Undo: Moved First name."))
    expect(said).to_have_text("Undone: Moved First name.")
    press(page.get_by_role("link", name="Approved", exact=True))
    page.get_by_label("Help").fill("Only after the credit check")
    visit()
    press(page.get_by_role("button", name="Save"))
    expect(page.locator("#edit-approved")).to_be_focused()
    visit()


def put(page: Page, field: str, section: str) -> None:
    page.get_by_label("Find a field").fill(field)
    button = page.get_by_role("button", name=f"Put on the form: {field}", exact=True)
    expect(button).to_be_visible()
    page.get_by_label("Put into").select_option(label=section)
    press(button)
    expect(page.get_by_role("link", name=field, exact=True)).to_be_focused()


def press_in(target: Locator, text: str) -> None:
    target.fill(text)
    target.press("Enter")


def design_the_list(visit) -> None:
    page = visit()
    press(page.get_by_role("link", name="List", exact=True))
    page.wait_for_url("**/approvals/list/")
    for column in ("First name", "E-mail", "Phone"):
        page.get_by_label("Another column").select_option(label=column)
        press(page.get_by_role("button", name="Add Columns"))
        expect(page.locator("#designer-said")).to_have_text(f"Added {column}.")
    press(page.locator("#list_columns-up-email"))
    expect(page.locator("#designer-said")).to_have_text("E-mail is now 1 of 3.")
    page.get_by_role("combobox", name="Width of First name").select_option(label="200 pixels")
    expect(page.locator("#designer-said")).to_have_text("Changed the widths of columns.")
    press_in(page.get_by_role("textbox", name="Query"), "approved=perhaps")
    expect(page.get_by_role("alert")).to_contain_text("The query cannot be answered")
    visit()
    press_in(page.get_by_role("textbox", name="Query"), "approved=true")
    expect(page.locator("#designer-said")).to_have_text("Changed the form's query.")
    visit()


def use_the_form(visit) -> None:
    page = visit()
    for name, approved in (("Nadia", True), ("Otto", False)):
        page.goto("/crm/CL/new/?_form=approvals")
        expect(page.get_by_role("group", name="Contact").get_by_label("E-mail")).to_be_visible()
        page.get_by_label("First name").fill(name)
        if approved:
            press(page.get_by_label("Approved"), "Space")
        visit()
        press(page.get_by_role("button", name="Create"))
        expect(page.get_by_role("status").get_by_text("Created")).to_be_visible()
    press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Approvals"))
    visit()
    expect(page.get_by_role("heading", level=1)).to_have_text("Approvals")
    expect(page.get_by_role("columnheader")).to_have_text(["E-mail", "First name", "Phone"])
    expect(page.get_by_role("row", name="Nadia")).to_have_count(1)
    expect(page.get_by_role("row", name="Otto")).to_have_count(0)
    press(page.get_by_role("link", name=re.compile("Rule: approved=true")))
    expect(page.get_by_role("row", name="Otto")).to_have_count(1)
    visit()


def test_fields_are_dragged_where_they_shall_stand(page: Page, visit):
    # Tall enough that nothing scrolls: between press and move the pointer would be over another field.
    page.set_viewport_size({"width": 1400, "height": 2400})
    visit("/schema/CL/forms/default/")
    said = page.locator("#designer-said")

    page.locator("li[data-field=phone]").drag_to(
        page.locator("[data-section=s1] [data-column='1']"), target_position={"x": 20, "y": 5}
    )
    expect(said).to_have_text("Phone is now 1 of 6 in column 2 of Customer.")
    page.locator("li[data-field=userId]").drag_to(
        page.locator("[data-section=s2] [data-column='0']"), target_position={"x": 20, "y": 4}
    )
    expect(said).to_contain_text("User id is now 1 of")
    press(page.get_by_role("button", name="Undo: Placed User id."))
    press(page.get_by_role("button", name="Undo: Placed Phone."))
    expect(said).to_have_text("Undone: Placed Phone.")


RELATION = [
    "create_field",
    "GF",
    "giver",
    "Relationship",
    "--label",
    "Giver",
    "--option",
    "entity=CL",
    "--option",
    "display=email",
]


def test_a_related_record_is_picked_by_typing(page: Page, visit, site):
    site.manage("create_entity", "GF", "Gifts")
    site.manage("create_field", "GF", "gift", "Varchar 50", "--label", "Gift")
    site.manage(*RELATION)
    for name in ("zoe", "zora"):
        page.goto("/crm/CL/new/")
        page.locator("[name=email]").fill(f"{name}@example.com")
        press(page.get_by_role("button", name="Create"))
    visit("/crm/GF/new/")
    page.get_by_label("Gift").fill("Book")
    giver = page.get_by_role("combobox", name="Giver")

    giver.press_sequentially("zo")
    expect(page.get_by_role("option")).to_have_count(2)
    visit()
    giver.press("ArrowDown")
    giver.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("zoe@example.com")
    giver.press("Enter")

    expect(giver).to_have_value("zoe@example.com")
    expect(page.get_by_role("listbox")).to_have_count(0)
    press(page.get_by_role("button", name="Create"))
    expect(page.get_by_role("status").get_by_text("Created")).to_be_visible()
    expect(giver).to_have_value("zoe@example.com")
    expect(page.get_by_role("link", name="Open zoe@example.com")).to_be_visible()
    visit()
