"""A cluster is exported on a schedule, by keyboard; with and without scripts."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.keyboard import Keyboard
from tests.live_site import Site


def test_a_cluster_is_kept_as_a_file_and_sent_to_an_address(keyboard: Keyboard, site: Site):
    cluster = "ExportedOne" if keyboard.has_scripts else "ExportedTwo"
    site.manage("create_cluster", cluster)
    keyboard.page.goto(f"/clusters/{cluster}/")
    keyboard.press(keyboard.page.get_by_role("link", name="Exports", exact=True))
    expect(keyboard.page.get_by_role("heading", name="Nothing is scheduled")).to_be_visible()
    keyboard.stop()

    keep_a_file_every_friday(keyboard)
    assert name_of_first_file(keyboard).startswith(f"{cluster}-")
    send_it_to_a_public_address_alone(keyboard)
    keyboard.page.goto(f"/clusters/{cluster}/exports/")
    stop_and_remove_what_is_sent(keyboard)


def keep_a_file_every_friday(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.press(page.get_by_role("link", name="Schedule an export"))
    expect(page.get_by_label("Every week, on")).to_be_visible()
    keyboard.stop()
    tick(page.get_by_label("Every week, on"))
    keyboard.choose(page.get_by_label("Day of the week"), "Friday")
    keyboard.press(page.get_by_role("button", name="Schedule").last)
    expect(page.get_by_text("The export is scheduled.")).to_be_visible()
    expect(page.get_by_role("row", name="Every Friday at 06:00")).to_be_visible()
    keyboard.stop()


def name_of_first_file(keyboard: Keyboard) -> str:
    page, download = keyboard.page, keyboard.page.get_by_role("link", name="Download")
    keyboard.press(page.get_by_role("button", name=re.compile("Run now")))
    expect(page.get_by_text("The export has begun")).to_be_visible()
    for _time in range(60):
        if download.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    with page.expect_download() as got:
        keyboard.press(download)
    keyboard.stop()
    return got.value.suggested_filename


def send_it_to_a_public_address_alone(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.press(page.get_by_role("link", name="Schedule an export"))
    tick(page.get_by_label("An address that it is sent to"))
    keyboard.type(page.get_by_label("Address", exact=True), "https://10.0.0.1/in")
    keyboard.press(page.get_by_role("button", name="Schedule").last)
    expect(page.get_by_text("10.0.0.1 belongs to a private network")).to_be_visible()
    keyboard.stop()
    keyboard.type(page.get_by_label("Address", exact=True), "https://example.com/in")
    keyboard.press(page.get_by_role("button", name="Schedule").last)
    expect(page.get_by_text("shown this once")).to_be_visible()
    keyboard.stop()


def stop_and_remove_what_is_sent(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.press(page.get_by_role("button", name=re.compile("Stop.*example")))
    expect(page.get_by_text("The export is stopped.")).to_be_visible()
    keyboard.press(page.get_by_role("button", name=re.compile("Remove.*example")))
    expect(page.get_by_text("The export was removed")).to_be_visible()
    keyboard.stop()


def tick(choice: Locator) -> None:
    choice.focus()
    choice.press("Space")
