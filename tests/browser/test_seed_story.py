"""The seed story, as it is told in the README: a cluster made, filled by hand and by worksheet, and found again."""

import re

from playwright.sync_api import Page, expect

WORKSHEET = "email;firstName;Dealers\nbruno@example.com;Bruno;sim\ncarla@example.com;Carla;sim\ndora@example.com;Dora;não\n"


def test_a_cluster_is_made_filled_by_hand_and_by_worksheet_and_found_again(page: Page, visit):
    make_cluster(visit)
    switch_on_by_hand(visit)
    upload_worksheet(visit)
    find_members(visit)


def make_cluster(visit) -> None:
    page = visit("/clusters/new/")
    page.get_by_label("Name of the cluster").fill("Dealers")
    page.get_by_role("button", name="Create cluster").click()
    page.wait_for_url("**/clusters/Dealers/")
    visit()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dealers")
    expect(page.get_by_text("Nobody is in this cluster yet.")).to_be_visible()


def switch_on_by_hand(visit) -> None:
    page = visit("/crm/CL/new/")
    page.locator("[name=email]").fill("ana@example.com")
    page.locator("[name=firstName]").fill("Ana")
    page.locator("input[name=Dealers]").check()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("status").get_by_text("Created")).to_be_visible()
    expect(page.locator("input[name=Dealers]")).to_be_checked()
    visit()


def upload_worksheet(visit) -> None:
    page = visit("/worksheets/new/")
    page.get_by_label("Worksheet").set_input_files({"name": "dealers.csv", "mimeType": "text/csv", "buffer": WORKSHEET.encode()})
    page.get_by_role("button", name="Upload and review").click()
    expect(page.get_by_role("heading", name="Rehearsal")).to_be_visible()
    visit()
    page.get_by_role("button", name="Import 3 customers").click()
    expect(page.locator("#content").get_by_text("3 created.")).to_be_visible()
    visit()


def find_members(visit) -> None:
    page = visit("/crm/CL/")
    members = page.get_by_role("row").filter(has=page.locator(".chip", has_text="Dealers"))
    expect(members).to_have_count(3)
    page.locator("#clusters-picker > summary").click()
    page.get_by_role("checkbox", name="Dealers").check()
    visit("")
    page.get_by_role("button", name="Show them").click()
    visit()
    expect(page).to_have_url(re.compile(r"/crm/CL/\?_in=Dealers$"))
    expect(page.get_by_text("3 records")).to_be_visible()
    for email in ("ana@example.com", "bruno@example.com", "carla@example.com"):
        expect(page.get_by_role("row").filter(has_text=email)).to_have_count(1)
    expect(page.get_by_text("dora@example.com")).to_have_count(0)
