"""Decimal to Integer with one value that does not fit: see it, mend it, publish, go back; by keyboard alone."""

import pytest
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def stop(page: Page, axe_clean):
    """Waits for a heading and asserts that axe finds nothing there."""

    def stopped(heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        axe_clean(page)

    return stopped


@pytest.fixture(scope="module")
def points(site) -> None:
    """A Decimal field of CL with three records, one of which holds no whole number."""
    code = """
from decimal import Decimal
from crm.people.actors import Actor
from crm.schema.generated import current
from crm.schema.draft import new_fields
from crm.schema.publishing import draft_and_publish
from crm.schema.models import DataEntity
draft_and_publish.add_and_publish(DataEntity.objects.get(acronym="CL"), new_fields.new_definition("points", "Decimal", label="Points"), by=Actor.operator())
model = current.models()["CL"]
model.objects.bulk_create(model(id=f"p{n}", email=f"p{n}@example.com", points=n) for n in (Decimal("1.00"), Decimal("12.50")))
"""
    site.manage("shell", "-v", "0", "-c", code)


def press(place: Locator, key: str = "Enter") -> None:
    place.focus()
    expect(place).to_be_focused()
    place.press(key)


def type_over(place: Locator, text: str) -> None:
    place.focus()
    place.press("ControlOrMeta+a")
    place.page.keyboard.type(text)


@pytest.mark.usefixtures("points")
def test_a_value_that_does_not_fit_is_seen_mended_published_and_taken_back(page: Page, stop):
    ask_for_whole_numbers(page, stop)
    see_what_does_not_fit(page, stop)
    mend_it(page, stop)
    publish(page, stop)
    go_back(page, stop)


def ask_for_whole_numbers(page: Page, stop) -> None:
    page.goto("/schema/CL/")
    stop("Customers")
    press(page.get_by_role("link", name="points", exact=True))
    stop("points")
    choice = page.get_by_role("combobox", name="Type")
    choice.focus()
    page.keyboard.type("Integer")
    press(page.get_by_role("button", name="Go on"))
    stop("points as Integer")
    press(page.get_by_role("button", name="Draft this type and see the plan"))


def see_what_does_not_fit(page: Page, stop) -> None:
    stop("Publish Customers")
    expect(
        page.get_by_text("Change points of Customers from Decimal to Integer: 1 value converts, 1 does not fit.")
    ).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="12.50")).to_have_count(1)
    press(page.get_by_role("button", name="Publish 1 change"))
    expect(page.get_by_role("alert")).to_contain_text("1 value does not fit and would be lost.")
    stop("Publish Customers")


def mend_it(page: Page, stop) -> None:
    press(page.get_by_role("row").filter(has_text="12.50").get_by_role("link"))
    type_over(page.locator("[name=points]"), "12")
    press(page.locator("[name=points]"))
    expect(page.get_by_role("status").get_by_text("Saved")).to_be_visible()


def publish(page: Page, stop) -> None:
    page.goto("/schema/CL/plan/")
    expect(page.get_by_text("2 values convert.")).to_be_visible()
    stop("Publish Customers")
    press(page.get_by_role("button", name="Publish 1 change"))
    expect(page.get_by_role("status").get_by_text("Published as #")).to_be_visible()
    stop("Customers")
    expect(page.get_by_role("row").filter(has=page.get_by_role("link", name="points", exact=True))).to_contain_text("Integer")


def go_back(page: Page, stop) -> None:
    press(page.get_by_role("link", name="Publications"))
    stop("Publications of Customers")
    press(page.get_by_role("row").filter(has_text="Add the field points (Decimal)").get_by_role("link"))
    expect(page.get_by_text("points changes from Decimal to Integer.")).to_be_visible()
    press(page.get_by_role("link", name="Revert to #"))
    expect(page.get_by_text("Change points of Customers from Integer to Decimal: 2 values convert.")).to_be_visible()
    press(page.get_by_role("button", name="Revert to #"))
    expect(page.get_by_role("status").get_by_text("Published as #")).to_be_visible()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="points", exact=True))
    expect(row).to_contain_text("Decimal")
    page.goto("/crm/CL/p12.50/")
    expect(page.locator("[name=points]")).to_have_value("12.00")


@pytest.mark.usefixtures("points")
@pytest.mark.parametrize(
    "address",
    [
        "",
        "plan/",
        "indexes/",
        "publications/",
        "publications/1/",
        "publications/1/revert/",
        "fields/email/",
        "fields/points/",
        "fields/points/type/?type=Choice",
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_of_an_entity(page: Page, axe_clean, address, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"/schema/CL/{address}")

    axe_clean(page)


@pytest.mark.usefixtures("points")
def test_a_field_is_hidden_restored_and_purged(page: Page, axe_clean):
    page.goto("/schema/CL/")
    type_over(page.locator("[name=label]"), "Fax")
    press(page.get_by_role("button", name="Add and publish"))
    expect(page.get_by_role("status").get_by_text("The field Fax is published")).to_be_visible()
    hide(page)
    press(page.get_by_role("button", name="Restore Fax"))
    expect(page.get_by_role("status").get_by_text("The field Fax is back with its values")).to_be_visible()
    hide(page)
    press(page.get_by_role("link", name="Purge Fax"))
    axe_clean(page)
    count = page.get_by_role("button", name="Purge").inner_text().split()[1]
    type_over(page.get_by_label("Type the number of values that go"), count)
    press(page.get_by_label("Type the number of values that go"))
    expect(page.get_by_role("status").get_by_text("Published as #")).to_be_visible()
    expect(page.get_by_text("Fax", exact=True)).to_have_count(0)


def hide(page: Page) -> None:
    page.goto("/schema/CL/fields/Fax/")
    press(page.get_by_role("button", name="Remove the field"))
    press(page.get_by_role("button", name="Publish 1 change"))
    expect(page.get_by_role("status").get_by_text("Published as #")).to_be_visible()
