"""The life of a cluster: begun, filled by a list, asked why, taken back; and every page about it, by axe."""

import pytest
from playwright.sync_api import Page, expect

PEOPLE = ("Rosa", "Rute", "Raul", "Regina", "Renato")


def make_customers(page: Page) -> None:
    for name in PEOPLE:
        page.goto("/crm/CL/new/")
        page.locator("[name=email]").fill(f"{name.lower()}@life.example.com")
        page.locator("[name=firstName]").fill(name)
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_role("status").get_by_text("Created")).to_be_visible()


def test_a_pasted_list_joins_three_leave_and_come_back(page: Page, visit):
    make_customers(page)
    page = visit("/clusters/new/")
    page.get_by_label("Name of the cluster").fill("Revendedores")
    page.get_by_label("Name of the cluster").press("Enter")
    page.wait_for_url("**/clusters/Revendedores/")

    page.get_by_role("link", name="Paste a list").click()
    visit()
    page.get_by_label("E-mails, documents or ids").fill(
        "\n".join(f"{name.lower()}@life.example.com" for name in (*PEOPLE, "nobody"))
    )
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("5 join")).to_be_visible()
    expect(page.get_by_text("nobody@life.example.com", exact=True)).to_be_visible()
    visit()
    page.get_by_role("button", name="Add 5 customers").click()
    expect(page.get_by_text("5 customers joined Revendedores.")).to_be_visible()
    visit()

    page.get_by_role("link", name="Why? Rosa").click()
    expect(page.get_by_text("So since")).to_be_visible()
    visit()

    page.goto("/clusters/Revendedores/")
    for name in PEOPLE[:3]:
        page.get_by_label(f"Choose {name}").check()
    page.get_by_role("button", name="Remove the chosen ones").click()
    expect(page.get_by_text("3 customers left Revendedores.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").last.click()
    page.goto("/clusters/Revendedores/")
    expect(page.locator("dd.figure").first).to_have_text("5", timeout=15_000)


def test_a_rule_is_built_by_keyboard_with_and_without_scripts(keyboard, request):
    page = keyboard.page
    name = f"Built {'quickly' if keyboard.has_scripts else 'plainly'}"
    page.goto("/clusters/new/")
    keyboard.go_to(page.get_by_label("Name of the cluster"))
    page.keyboard.type(name)
    page.get_by_label("Field of the new condition").first.fill("First name")
    keyboard.press(page.get_by_role("button", name="Add a condition"))
    expect(page.get_by_role("group", name="First name")).to_be_visible()
    expect(page.get_by_label("Name of the cluster")).to_have_value(name)
    keyboard.go_to(page.get_by_label("Value of First name", exact=True))
    page.keyboard.type("Rosa")
    keyboard.press(page.get_by_role("button", name="Show the text as conditions, or count them"))
    expect(page.get_by_label("Rule", exact=True)).to_have_value("firstName=Rosa")
    keyboard.stop()
    keyboard.press(page.get_by_role("button", name="Create cluster"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_related_condition_is_built_rehearsed_and_changed_by_keyboard(keyboard):
    page, name = keyboard.page, f"Homeless {'quickly' if keyboard.has_scripts else 'plainly'}"
    text, show = (
        page.get_by_label("Rule", exact=True),
        page.get_by_role("button", name="Show the text as conditions, or count them"),
    )
    page.goto("/clusters/new/")
    keyboard.type(page.get_by_label("Name of the cluster"), name)
    keyboard.type(page.get_by_label("Field of the new condition", exact=True), "addr")
    keyboard.press(page.get_by_role("button", name="Add a condition", exact=True))
    expect(text).to_have_value("has(AD)")
    expect(page.get_by_label("Field of the new condition on Addresses")).to_be_focused()

    page.keyboard.type("City")
    keyboard.press(page.get_by_role("button", name="Add a condition on Addresses"))
    expect(page.get_by_label("How City is compared")).to_be_focused()
    keyboard.type(page.get_by_label("Value of City", exact=True), "Nowhere")
    keyboard.press(show)
    expect(text).to_have_value("has(AD where city=Nowhere)")
    expect(page.get_by_text("None of the Addresses has “Nowhere” as City.")).to_be_visible()
    keyboard.choose(page.get_by_label("What is asked of Addresses"), "has no")
    keyboard.press(show)
    expect(text).to_have_value("NOT has(AD where city=Nowhere)")
    keyboard.stop()
    keyboard.press(page.get_by_role("button", name="Create cluster"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)

    page.goto(f"/clusters/{name.title().replace(' ', '')}/rule/")
    keyboard.choose(page.get_by_label("What is asked of Addresses"), "has")
    keyboard.press(page.get_by_role("button", name="Count first"))
    expect(page.locator(".moves.leaving summary")).not_to_have_text("0 leave")
    keyboard.stop()
    with page.expect_navigation():
        keyboard.press(page.get_by_role("button", name="Change the rule"))
    page.goto(f"/clusters/{name.title().replace(' ', '')}/history/")
    expect(page.get_by_role("row").filter(has_text="NOT has(AD where city=Nowhere)").first).to_contain_text(
        "has(AD where city=Nowhere)"
    )


@pytest.mark.parametrize("width", [1360, 390])
def test_pages_about_a_cluster_are_for_everyone(page: Page, visit, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/clusters/new/")
    page.get_by_label("Name of the cluster").fill(f"Seen at {width}")
    page.get_by_label("Rule", exact=True).fill(
        "firstName is not null AND (email contains life OR NOT lastName=x) AND NOT birthDate>2020-01-01"
        " AND NOT count(AD where city=Nowhere)>1"
    )
    page.get_by_role("button", name="Create cluster").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Seen at {width}")
    cluster = f"/clusters/SeenAt{width}/"
    page.goto(f"{cluster}rule/")
    expect(page.get_by_role("button", name="Choose a day: Value of Birth date")).to_be_visible()

    for address in (
        "/clusters/", "/clusters/new/templates/", "/clusters/new/from-field/", "/clusters/overlaps/", "/clusters/new/values/?field=firstName",
        "/clusters/new/members/?rule=firstName%3DRosa",
        cluster, *(f"{cluster}{part}/" for part in ("rule", "profile", "overlaps", "history", "report", "pins", "used-by", "copy", "settings")),
    ):  # fmt: skip
        visit(address)
        is_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not is_wide, f"{address} scrolls sideways at {width}"
