"""A feed that shrank: the command stops, a manager lets it go on; and the catalogue of clusters goes out and comes in as a file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.live_site import ROOT, Site

SHOTS = os.environ.get("SHOTS", "")


def rows(numbers) -> str:
    return "email,firstName\n" + "".join(f"c{n}@nightly.example.com,Name{n}\n" for n in numbers)


def shot(page: Page, name: str) -> None:
    """For people to look at: where SHOTS names a folder."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture(scope="module")
def stopped(site: Site, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of an import that the command stopped: six of ten members are no longer listed."""
    file = tmp_path_factory.mktemp("nightly") / "feed.csv"
    site.manage("create_cluster", "Subscribers", "--label", "Subscribers")
    file.write_text(rows(range(10)))
    site.manage("import_worksheet", str(file), "--key", "email", "--set", "Subscribers=true")
    file.write_text(rows(range(4)))
    command = [sys.executable, "manage.py", "import_worksheet", str(file), "--key", "email", "--replace", "Subscribers"]
    done = subprocess.run(command, cwd=ROOT, env=site.environment, check=False, capture_output=True, text=True)
    assert (done.returncode, "6 records would leave; at most 20% may." in done.stderr) == (3, True)
    number = next(line.partition(": ")[2] for line in done.stdout.splitlines() if line.startswith("worksheet:"))
    return f"/worksheets/{number}/"


def test_a_manager_lets_a_stopped_feed_go_on(page: Page, visit, stopped: str):
    visit(stopped)
    expect(page.get_by_text("6 records would leave; at most 20% may.").last).to_be_visible()
    shot(page, "stopped")

    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_text("let it go on past a limit")).to_be_visible()
    visit()
    shot(page, "released")
    page.goto("/clusters/Subscribers/")
    expect(page.locator(".figures .figure").first).to_have_text("4")


def test_the_catalogue_goes_out_and_comes_in_as_a_file(page: Page, visit, stopped: str, tmp_path: Path):
    visit("/clusters/")
    page.get_by_role("link", name="As a file").click()
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="csv").click()
    file = tmp_path / "clusters.csv"
    downloaded.value.save_as(file)
    file.write_text(file.read_text(encoding="utf-8-sig") + ",Names with 1,,CL,firstName contains Name1\n")

    page.get_by_label("Worksheet").set_input_files(file)
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_role("heading", name="What changes")).to_be_visible()
    visit()
    shot(page, "catalogue")
    page.get_by_role("button", name="Import these rows").click()

    expect(page.get_by_text("1 created, 0 changed")).to_be_visible()
    expect(page.get_by_role("link", name="Names with 1")).to_be_visible()
