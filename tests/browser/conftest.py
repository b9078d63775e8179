"""A real site, web and worker, in a process of its own, and a browser that is signed in."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.browser.keyboard import Keyboard

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60
# A form that comes back with its errors is an answer, not a fault; the browser still logs its status.
ANSWERS = ("status of 400", "status of 409", "status of 422")


@dataclass(frozen=True)
class Site:
    address: str
    email: str
    password: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """What a management command of this site prints."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium: set CHROMIUM or put chromium on the PATH"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    var_dir = tmp_path_factory.mktemp("site")
    with fresh_database(var_dir) as database_url:
        site = new_site(var_dir, database_url)
        site.manage("migrate", "--verbosity", "0")
        with served(site, log=var_dir / "log"):
            yield site


def new_site(var_dir: Path, database_url: str) -> Site:
    port, email, password = free_port(), "ana@example.com", "correct horse battery"
    # As in production but for cookies, since there is no TLS here: static files have their hashed names.
    # The site must not believe that it is itself under test.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = outside | {
        "VAR_DIR": str(var_dir),
        "DATABASE_URL": database_url,
        "ADMIN_EMAIL": email,
        "ADMIN_PASSWORD": password,
        "SECURE_COOKIES": "0",
        "DEBUG": "0",
    }
    return Site(f"http://127.0.0.1:{port}", email, password, environment)


@contextmanager
def fresh_database(var_dir: Path) -> Iterator[str]:
    server = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not server.scheme.startswith("postgres"):
        yield f"sqlite:///{var_dir}/crm.sqlite3"
        return
    name = f"crm_browser_{os.getpid()}"
    with psycopg.connect(server.geturl(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield server._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def served(site: Site, *, log: Path) -> Iterator[None]:
    port = str(urlsplit(site.address).port)
    command = [sys.executable, "manage.py", "serve", "--port", port, "--workers", "1"]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_until_it_answers(process, int(port), log)
        yield
    finally:
        process.terminate()
        process.wait(30)


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    pytest.fail(f"The site did not start:\n{log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
