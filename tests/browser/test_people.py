"""An administrator adds a person, changes the role, gives a new password,
deactivates the account, and finds it all in the audit trail."""

from playwright.sync_api import Page, expect


def test_person_from_first_password_to_the_end(page: Page, visit) -> None:
    visit("/people/")
    page.get_by_label("E-mail").fill("caio.reis@example.com")
    page.get_by_label("Name").fill("Caio Reis")
    page.locator("input[value=NOREMOVE]").check()
    page.get_by_label("Password").fill("a longer staple, this one")
    page.get_by_role("button", name="Add person").click()
    expect(page.get_by_text("Caio Reis can sign in now.")).to_be_visible()

    page.get_by_role("link", name="Caio Reis").click()
    visit()
    page.locator("input[value=POWER]").check()
    page.get_by_role("button", name="Change role").click()
    expect(page.get_by_text("Caio Reis is now Manager.")).to_be_visible()

    page.get_by_role("button", name="Reset password").click()
    expect(page.get_by_text("The new password of Caio Reis, shown this once:")).to_be_visible()
    visit()

    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("caio.reis@example.com · Manager · deactivated")).to_be_visible()

    visit("/people/audit/?_verb=role-changed")
    expect(page.get_by_role("cell", name="Editor → Manager")).to_be_visible()
