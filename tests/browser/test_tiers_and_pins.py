"""Tiers and pins by keyboard: from one option to another, and kept in against the rule; with and without scripts."""

from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard
from tests.live_site import Site


def make_customer(keyboard: Keyboard, name: str) -> None:
    page = keyboard.page
    page.goto("/crm/CL/new/")
    keyboard.type(page.locator("[name=email]"), f"{name.lower()}@tiers.example.com")
    keyboard.type(page.locator("[name=firstName]"), name)
    keyboard.press(page.get_by_role("button", name="Create"))
    expect(page.get_by_role("status").get_by_text("Created")).to_be_visible()


def add(keyboard: Keyboard, cluster: str, name: str) -> None:
    """By name, on the cluster's page."""
    page = keyboard.page
    page.goto(f"/clusters/{cluster}/")
    keyboard.stop()
    keyboard.type(page.get_by_label("Add by name, e-mail or id"), name)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"1 customer joined {cluster}.")).to_be_visible()


def test_who_joins_a_tier_leaves_the_other_and_why_says_so(keyboard: Keyboard, site: Site):
    page = keyboard.page
    person, field, high, low = (
        ("Tarsila", "tierOne", "Ruby", "Pearl") if keyboard.has_scripts else ("Teodora", "tierTwo", "Topaz", "Quartz")
    )
    site.manage("create_field", "CL", field, "Choice", "--label", field, "--option", f"choices={high},{low}")
    make_customer(keyboard, person)

    page.goto("/clusters/new/tiers/")
    keyboard.stop()
    keyboard.choose(page.get_by_label("Field"), field)
    keyboard.press(page.get_by_role("button", name="Make the clusters"))
    expect(page.get_by_text("2 clusters are there now.")).to_be_visible()
    keyboard.stop()

    add(keyboard, low, person)
    add(keyboard, high, person)
    keyboard.stop()
    page.goto(f"/clusters/{low}/")
    expect(page.get_by_text("Nobody is in this cluster yet.")).to_be_visible()

    page.goto(f"/clusters/{high}/")
    keyboard.press(page.get_by_role("table").get_by_role("link", name=f"Why? {person}"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{person} is in {high}")
    expect(page.get_by_role("main").get_by_text("So since")).to_be_visible()
    keyboard.stop()

    page.goto(page.url.replace(f"/{high}/", f"/{low}/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{person} is not in {low}")
    expect(page.locator("ul.clauses")).to_contain_text(high)
    keyboard.stop()


def test_somebody_is_kept_in_against_the_rule_and_let_go_again(keyboard: Keyboard):
    page = keyboard.page
    person, cluster = ("Ulisses", "KeptOne") if keyboard.has_scripts else ("Ursula", "KeptTwo")
    make_customer(keyboard, person)
    page.goto("/clusters/new/")
    keyboard.type(page.get_by_label("Name of the cluster"), cluster)
    keyboard.type(page.get_by_label("Rule", exact=True), "firstName=Nobody")
    keyboard.press(page.get_by_role("button", name="Create cluster"))
    expect(page.get_by_role("heading", level=1)).to_have_text(cluster)

    keyboard.press(page.get_by_role("link", name="Keep somebody in, or out"))
    expect(page.get_by_role("button", name="Pin", exact=True)).to_be_visible()
    keyboard.stop()
    keyboard.type(page.get_by_label("Name, e-mail or id"), f"{person.lower()}@tiers.example.com")
    keyboard.type(page.get_by_label("Why", exact=True), "Promised by the shop")
    keyboard.press(page.get_by_role("button", name="Pin", exact=True))
    expect(page.get_by_text(f"{person} is kept in {cluster}.")).to_be_visible()
    keyboard.stop()

    page.goto(f"/clusters/{cluster}/")
    keyboard.press(page.get_by_role("table").get_by_role("link", name=f"Why? {person}"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{person} is in {cluster}")
    expect(page.get_by_text("Promised by the shop")).to_be_visible()
    keyboard.stop()
    why = page.url

    keyboard.press(page.get_by_role("link", name="Keep in, or out"))
    keyboard.press(page.get_by_role("button", name=f"Take the pin out {person}"))
    expect(page.get_by_text("The rule decides again.")).to_be_visible()
    keyboard.stop()
    page.goto(why)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{person} is not in {cluster}")
    expect(page.get_by_text("Promised by the shop")).to_have_count(0)
