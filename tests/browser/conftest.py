"""A real site, web and worker, in a process of its own, and a browser that is signed in."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.browser.keyboard import Keyboard
from tests.live_site import Site, live_site

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A form that comes back with its errors is an answer, not a fault; the browser still logs its status.
ANSWERS = ("status of 400", "status of 409", "status of 422")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium: set CHROMIUM or put chromium on the PATH"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with live_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_ARGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict, site: Site) -> dict:
    return {**browser_context_args, "base_url": site.address, "locale": "en-US", "timezone_id": "America/Sao_Paulo"}


@pytest.fixture(scope="session")
def signed_in(browser, site: Site) -> dict:
    """The cookies of someone who signed in once by the form; once, since sign-ins are throttled."""
    context = browser.new_context(base_url=site.address)
    sign_in(context.new_page(), site)
    cookies = context.storage_state()
    context.close()
    return cookies


def sign_in(page: Page, site: Site) -> None:
    page.goto("/sign-in/")
    page.locator("input[name=login]").fill(site.email)
    page.locator("input[name=password]").fill(site.password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)


@pytest.fixture
def context(new_context, signed_in: dict) -> BrowserContext:
    return new_context(storage_state=signed_in)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A signed-in page; errors of scripts and breaches of the content security policy fail the test."""
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.extend(fault_in(message)))
    yield page
    assert faults == []


def fault_in(message: ConsoleMessage) -> list[str]:
    is_fault = message.type == "error" and not any(answer in message.text for answer in ANSWERS)
    return [f"{message.text} ({message.location.get('url', '')})"] if is_fault else []


@pytest.fixture
def axe_clean():
    """Asserts that axe finds nothing on a page."""

    def check(page: Page) -> None:
        violations = Axe().run(page).response["violations"]
        assert [describe(violation) for violation in violations] == []

    return check


def describe(violation: dict) -> str:
    places = ", ".join(str(node["target"]) for node in violation["nodes"][:5])
    return f"{violation['id']}: {violation['help']} at {places}"


@pytest.fixture
def visit(page: Page, axe_clean):
    """Opens a page and asserts that axe finds nothing there."""

    def visited(address: str = "") -> Page:
        if address:
            page.goto(address)
        axe_clean(page)
        return page

    return visited


@pytest.fixture(params=["scripts", "no scripts"])
def keyboard(request: pytest.FixtureRequest, new_context, signed_in: dict, axe_clean) -> Keyboard:
    """A journey by keyboard alone, once as the pages are and once without JavaScript."""
    has_scripts = request.param == "scripts"
    if has_scripts:
        page = request.getfixturevalue("page")
    else:
        page = new_context(storage_state=signed_in, java_script_enabled=False).new_page()
    page.on("filechooser", lambda _chooser: None)  # from now on choosers are caught, however soon a key opens one
    stop = (lambda: axe_clean(page)) if has_scripts else (lambda: None)  # axe is a script
    return Keyboard(page, stop, has_scripts)
