"""The site as it is served under each documented switch: somebody signs in, uploads a worksheet, and a worker imports it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.conftest import database
from tests.forms import fields_of
from tests.served import Client, new_site, served, site_environment

IMPORT_SECONDS = 60


@dataclass(frozen=True)
class Switch:
    """`check` looks at what is particular, while the site runs."""

    environment: dict[str, str]
    check: Callable[[Client, Path], None] = lambda _client, _folder: None
    headers: dict[str, str] = field(default_factory=dict)


def cookies_are_plain(client, folder):
    assert "Secure" not in Client(client.port).get("/sign-in/").headers["Set-Cookie"]


def cookies_are_secure(client, folder):
    assert "Secure" in Client(client.port).get("/sign-in/").headers["Set-Cookie"]


def only_https_is_answered(client, folder):
    plain = client.get("/account/?a=b", **{"X-Forwarded-Proto": "http"})
    assert (plain.status, plain.headers["Location"]) == (301, f"https://127.0.0.1:{client.port}/account/?a=b")
    assert client.get("/account/").headers["Strict-Transport-Security"] == "max-age=31536000"
    assert client.get("/healthz", **{"X-Forwarded-Proto": "http"}).status == 200
    assert client.get("/readyz", **{"X-Forwarded-Proto": "http"}).status == 200


def strangers_read_portuguese(client, folder):
    assert '<html lang="pt-br"' in Client(client.port).get("/sign-in/").text


def uploads_lie_there(client, folder):
    stored = [path for path in (folder / "elsewhere").rglob("*") if path.is_file()]
    assert stored
    assert {path.stat().st_mode & 0o777 for path in stored} == {0o600}
    assert not (folder / "files").exists()


def account_is_named(client, folder):
    assert "aurora is at" in client.said


def uploads_are_small(client, folder):
    assert "Up to 1 MB" in client.get("/worksheets/new/").text
    just_too_large = client.post("/worksheets/new/", {"entity": "CL"}, files={"file": ("a.csv", b"x" * (1 << 20) + b"x")})
    assert (just_too_large.status, "larger than 1 MB" in just_too_large.text) == (422, True)
    far_too_large = client.post("/worksheets/new/", {"entity": "CL"}, files={"file": ("a.csv", b"x" * (12 << 20))})
    assert (far_too_large.status, "up to 1 MB" in far_too_large.text) == (413, True)


def sessions_that_ended_lead_to_the_sign_in(client, folder):
    stranger = Client(client.port)
    stranger.cookies = {"sessionid": "0kot2lfviudgol7cklpx5osp5roovy43"}
    answer = stranger.post("/worksheets/new/", {"entity": "CL"}, files={"file": ("a.csv", b"x" * (12 << 20))})
    assert (answer.status, answer.headers["Location"]) == (302, "/sign-in/?next=/worksheets/new/")


def american_numbers_are_telephones(client, folder):
    answer = client.post("/crm/CL/new/", {"email": "us@example.com", "phone": "(11) 99999-0000"})
    assert answer.status == 422
    assert client.post("/crm/CL/new/", {"email": "us@example.com", "phone": "(212) 555-0100"}).status == 302


def log_is_json(client, folder):
    lines = (folder / "served.log").read_text().splitlines()
    assert any(line.startswith("{") and '"request_finished"' in line for line in lines)


HTTPS = {"X-Forwarded-Proto": "https"}
SWITCHES = {
    "no switch": Switch({}, cookies_are_secure),
    "DEBUG": Switch({"DEBUG": "1"}),
    "SECURE_COOKIES": Switch({"SECURE_COOKIES": "0"}, cookies_are_plain),
    "HTTPS_ONLY": Switch({"HTTPS_ONLY": "1", "TRUSTED_PROXIES": "127.0.0.1"}, only_https_is_answered, HTTPS),
    "TIME_ZONE": Switch({"TIME_ZONE": "Asia/Tokyo"}),
    "LANGUAGE_CODE": Switch({"LANGUAGE_CODE": "pt-br"}, strangers_read_portuguese),
    "COUNTRY": Switch({"COUNTRY": "US"}, american_numbers_are_telephones),
    "ACCOUNT_NAME": Switch({"ACCOUNT_NAME": "aurora", "ACCOUNT_ID": "4f3a"}, account_is_named),
    "STORAGE_URL": Switch({"STORAGE_URL": "file://{folder}/elsewhere"}, uploads_lie_there),
    "MAX_UPLOAD_MB": Switch({"MAX_UPLOAD_MB": "1"}, uploads_are_small),
    "MAX_FIELDS": Switch({"MAX_FIELDS": "60", "MAX_ENTITIES": "5", "IMPORT_CHUNK_ROWS": "10"}),
    "RETAIN": Switch({"RETAIN_FILES_DAYS": "1", "RETAIN_HISTORY_DAYS": "30"}),
    "LOG_FORMAT": Switch({"LOG_FORMAT": "json"}, log_is_json),
    "ended session": Switch({}, sessions_that_ended_lead_to_the_sign_in),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """Folder and database of a site that is started again and again."""
    folder = tmp_path_factory.mktemp("switches")
    with database(folder) as url:
        new_site(folder, url)
        yield folder, url


@pytest.mark.parametrize("name", SWITCHES)
def test_somebody_imports_a_worksheet_under(name, site, tmp_path):
    (folder, url), switch = site, SWITCHES[name]
    environment = {key: value.format(folder=tmp_path) for key, value in switch.environment.items()}

    with served(site_environment(folder, url, **environment)) as client:
        client.headers = switch.headers
        client.sign_in()
        assert imported(client, [f"{name.replace(' ', '-').lower()}-{number}@example.com" for number in range(25)])
        switch.check(client, tmp_path if "STORAGE_URL" in environment else folder)


def imported(client: Client, emails: list[str]) -> bool:
    """By the pages alone: upload, review, decision, and the report of what the worker did."""
    sheet = "email,firstName\n" + "".join(f"{email},Ana\n" for email in emails)
    page = client.post("/worksheets/new/", {"entity": "CL"}, files={"file": ("list.csv", sheet.encode())}).headers["Location"]
    decided = client.post(page, [*fields_of(client.get(page).text), ("do", "import")])
    assert decided.status == 302, decided.text
    until = time.monotonic() + IMPORT_SECONDS
    while 'id="progress"' in client.get(page).text and time.monotonic() < until:
        time.sleep(0.2)
    found = client.get("/crm/CL/?_q=" + emails[0]).text
    return emails[0] in found
