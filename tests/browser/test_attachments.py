"""A customer with files and addresses: attached, saved, removed; deleted with her addresses by choice, and brought back."""

from pathlib import Path

from playwright.sync_api import Page, expect

EMAIL = "files@types.example.com"


def test_files_and_addresses_go_with_their_customer(page: Page, visit):
    attach_files(visit)
    save_a_file(visit, page)
    remove_a_file(visit, page)
    add_an_address(visit, page)
    delete_both(visit, page)
    bring_back_both(visit, page)


def attach_files(visit) -> None:
    page = visit("/crm/CL/new/")
    page.locator("[name=email]").fill(EMAIL)
    contract = {"name": "contract.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    page_of_theirs = {"name": "page.html", "mimeType": "text/html", "buffer": b"<script>document.title='run'</script>"}
    page.get_by_label("Attachments").set_input_files([contract, page_of_theirs])
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("link", name="page.html")).to_be_visible()
    visit()


def save_a_file(visit, page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="page.html").click()
    assert download.value.suggested_filename == "page.html"
    assert Path(download.value.path()).read_bytes() == b"<script>document.title='run'</script>"


def remove_a_file(visit, page: Page) -> None:
    page.get_by_label("Remove contract.pdf").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="contract.pdf")).to_have_count(0)
    expect(page.get_by_role("link", name="page.html")).to_be_visible()


def add_an_address(visit, page: Page) -> None:
    page.get_by_role("link", name="New record of Addresses").click()
    page.locator("[name=city]").fill("Santos")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("link", name=f"Open {EMAIL}")).to_be_visible()
    visit()
    page.get_by_role("link", name=f"Open {EMAIL}").click()


def delete_both(visit, page: Page) -> None:
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("listitem").filter(has_text="Addresses: 1")).to_be_visible()
    visit()
    page.get_by_role("button", name="Delete all 2 records").click()
    visit()
    expect(page.get_by_role("link", name=EMAIL)).to_have_count(0)


def bring_back_both(visit, page: Page) -> None:
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EMAIL)
    expect(page.get_by_role("link", name="page.html")).to_be_visible()
    visit("/crm/AD/")
    expect(page.get_by_role("row").filter(has_text=EMAIL)).to_have_count(1)
