"""A cluster is exported on a schedule, by keyboard; with and without scripts."""

import re

from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard
from tests.live_site import Site


def test_a_cluster_is_kept_as_a_file_and_sent_to_an_address(keyboard: Keyboard, site: Site):
    page, cluster = keyboard.page, "ExportedOne" if keyboard.has_scripts else "ExportedTwo"
    site.manage("create_cluster", cluster)
    page.goto(f"/clusters/{cluster}/")
    keyboard.press(page.get_by_role("link", name="Exports", exact=True))
    expect(page.get_by_role("heading", name="Nothing is scheduled")).to_be_visible()
    keyboard.stop()

    keyboard.press(page.get_by_role("link", name="Schedule an export"))
    expect(page.get_by_label("Every week, on")).to_be_visible()
    keyboard.stop()
    page.get_by_label("Every week, on").focus()
    page.keyboard.press("Space")
    keyboard.choose(page.get_by_label("Day of the week"), "Friday")
    keyboard.press(page.get_by_role("button", name="Schedule").last)
    expect(page.get_by_text("The export is scheduled.")).to_be_visible()
    expect(page.get_by_role("row", name="Every Friday at 06:00")).to_be_visible()
    keyboard.stop()

    keyboard.press(page.get_by_role("button", name=re.compile("Run now")))
    expect(page.get_by_text("The export has begun")).to_be_visible()
    download = page.get_by_role("link", name="Download")
    for _time in range(60):
        if download.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    with page.expect_download() as got:
        keyboard.press(download)
    assert got.value.suggested_filename.startswith(f"{cluster}-")
    keyboard.stop()

    keyboard.press(page.get_by_role("link", name="Schedule an export"))
    page.get_by_label("An address that it is sent to").focus()
    page.keyboard.press("Space")
    keyboard.type(page.get_by_label("Address", exact=True), "https://10.0.0.1/in")
    keyboard.press(page.get_by_role("button", name="Schedule").last)
    expect(page.get_by_text("10.0.0.1 belongs to a private network")).to_be_visible()
    keyboard.stop()
    page.get_by_label("Address", exact=True).fill("")
    keyboard.type(page.get_by_label("Address", exact=True), "https://example.com/in")
    keyboard.press(page.get_by_role("button", name="Schedule").last)
    expect(page.get_by_text("shown this once")).to_be_visible()
    keyboard.stop()

    page.goto(f"/clusters/{cluster}/exports/")
    keyboard.press(page.get_by_role("button", name=re.compile("Stop.*example")))
    expect(page.get_by_text("The export is stopped.")).to_be_visible()
    keyboard.press(page.get_by_role("button", name=re.compile("Remove.*example")))
    expect(page.get_by_text("The export was removed")).to_be_visible()
    keyboard.stop()
