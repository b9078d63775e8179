"""A cluster that a rule fills: counted while it is typed, found in the list, explained for one customer."""

from playwright.sync_api import Page, expect


def test_a_rule_is_counted_saved_filtered_by_and_explained(page: Page, visit):
    make_customers(page)
    count_while_typing(visit)
    save_it(visit)
    ask_why(visit)
    filter_by_a_rule(visit)


def make_customers(page: Page, domain: str = "rule.example.com") -> None:
    for name, kind in (("Rita", "A"), ("Rui", "B")):
        page.goto("/crm/CL/new/")
        page.locator("[name=email]").fill(f"{name.lower()}@{domain}")
        page.locator("[name=firstName]").fill(name)
        page.locator("[name=customerClass]").fill(kind)
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_role("status").get_by_text("Created")).to_be_visible()


def count_while_typing(visit) -> None:
    page = visit("/clusters/new/")
    page.get_by_label("Name of the cluster").fill("Class A")
    rule = page.get_by_label("Rule", exact=True)
    rule.press_sequentially("customerClas=A")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Did you mean “customerClass”?")
    expect(page.locator("[data-announcer]")).to_contain_text("Did you mean “customerClass”?")
    rule.fill('customerClass=A AND email contains "rule.example.com"')
    expect(preview).to_contain_text("1 customer now")
    expect(page.locator("[data-announcer]")).to_contain_text("1 customer now")
    expect(preview.get_by_role("link", name="Rita")).to_be_visible()
    visit()


def save_it(visit) -> None:
    visit("").get_by_role("button", name="Create cluster").click()
    page = visit()
    expect(page.get_by_role("heading", level=1)).to_have_text("Class A")
    expect(page.locator("dd.figure").first).to_have_text("1")
    page.get_by_role("link", name="Rita", exact=True).click()
    switch = page.locator("input[name=ClassA]")
    expect(switch).to_be_checked()
    expect(switch).to_be_disabled()


def ask_why(visit) -> None:
    page = visit("/crm/CL/?customerClass=B&_q=rui")
    page.get_by_role("link", name="rui@rule.example.com").click()
    page.get_by_text("Why: Class A").click()
    expect(page.get_by_text("Why it is not in")).to_be_visible()
    visit("")
    page.get_by_role("link", name="Why? Class A").click()
    visit()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rui is not in Class A")
    clause = page.get_by_role("listitem").filter(has_text="Customer class is A").last
    expect(clause).to_contain_text("does not hold, which keeps it out")
    expect(clause).to_contain_text("here: B")


def filter_by_a_rule(visit) -> None:
    page = visit("/crm/CL/")
    page.get_by_text("Filter by a rule").click()
    page.get_by_label("Rule").fill("ClassA=true AND firstName=r*")
    page.get_by_role("button", name="Filter", exact=True).click()
    visit()
    expect(page.get_by_text("1 record")).to_be_visible()
    page.get_by_role("link", name="Rule: ClassA=true").click()
    expect(page.get_by_role("link", name="rui@rule.example.com")).to_be_visible()
    page.get_by_label("Rule").fill("firstName=r* AND")
    page.get_by_role("button", name="Filter", exact=True).click()
    visit()
    expect(page.get_by_text("The rule ends too early.")).to_be_visible()
    expect(page.get_by_label("Rule")).to_have_value("firstName=r* AND")


def test_numbers_follow_the_conditions_while_they_are_changed(page: Page, visit):
    make_customers(page, domain="numbers.example.com")
    page.goto("/clusters/new/?rule=customerClass%3DA+AND+email+contains+numbers.example.com")
    page.get_by_label("Field of the new condition").fill("First name")
    found = page.locator("#preview .found")

    page.get_by_label("Value of Customer class").fill("nobody")
    expect(found).to_contain_text("0 customers now")
    expect(page.locator("[data-left='0.1']")).to_contain_text("0 remain")
    expect(page.get_by_label("Rule", exact=True)).to_have_value("customerClass=nobody AND email contains numbers.example.com")
    expect(page.locator("[data-announcer]")).to_contain_text("0 customers now")
    expect(page.get_by_label("Value of Customer class")).to_be_focused()
    expect(page.get_by_text("These numbers are from before your change.")).to_be_hidden()
    expect(page.get_by_label("Field of the new condition")).to_have_value("First name")

    rule = page.get_by_label("Rule", exact=True)
    rule.fill("createdIn<2020-01-01")
    expect(found).to_contain_text("0 customers now")
    rule.blur()
    operator = page.get_by_label("How Created is compared")
    operator.focus()
    operator.select_option(label="is in the last")
    expect(page.get_by_label("Unit")).to_be_visible()
    expect(operator).to_be_focused()
    page.get_by_label("How many", exact=True).fill("3")
    expect(rule).to_have_value("createdIn>now-3d")
    expect(found).not_to_contain_text("0 customers now")
    operator.select_option(label="is on or after")
    expect(page.get_by_role("button", name="Choose a day: Value of Created")).to_be_visible()
    visit("")


def test_numbers_that_cannot_be_counted_anew_are_said_to_be_older(page: Page):
    page.goto("/clusters/new/?rule=customerClass%3DA")
    page.route("**/clusters/new/?**", lambda route: route.abort())

    page.get_by_label("Value of Customer class").fill("nobody")

    expect(page.get_by_text("These numbers are from before your change.")).to_be_visible()
