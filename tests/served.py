"""The site as it is served, in processes of its own, and a client that signs in as a person does."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
ADMINISTRATOR = {"ADMIN_EMAIL": "ana@example.com", "ADMIN_PASSWORD": "correct horse battery"}
START_SECONDS = 60


@contextmanager
def served(environment: dict[str, str], *words: str, cwd: Path = ROOT, workers: int = 1) -> Iterator["Client"]:
    """`serve` with further `words`; ends with the block. What it says is in the file `served.log` of its folder."""
    client, log = Client(free_port()), Path(environment["VAR_DIR"]) / "served.log"
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(client.port), "--workers", str(workers), *words]
    with log.open("w") as output:  # a pipe that nobody empties would hold the site up
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=output, stderr=output)
    try:
        client.said = read_until(log, "Ctrl-C", process)
        yield client
    finally:
        process.terminate()
        process.wait()


def read_until(log: Path, end: str, process: subprocess.Popen) -> str:
    deadline = time.monotonic() + START_SECONDS
    while end not in (text := log.read_text()):
        assert process.poll() is None, text
        assert time.monotonic() < deadline, text
        time.sleep(0.1)
    return text


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def site_environment(folder: Path, url: str, **switches: str) -> dict[str, str]:
    """The site must not believe that it is itself under test."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return outside | ADMINISTRATOR | {"VAR_DIR": str(folder), "DATABASE_URL": url, **switches}


def new_site(folder: Path, url: str, **switches: str) -> dict[str, str]:
    """The environment of a site that was just migrated."""
    made = site_environment(folder, url, **switches)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=made, check=True, capture_output=True)
    return made


class Answer:
    def __init__(self, status: int, headers: Message, body: bytes, url: str) -> None:
        self.status, self.headers, self.body, self.url = status, headers, body, url

    @property
    def text(self) -> str:
        return self.body.decode()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_words: Any) -> None:
        return None


class Client:
    """Keeps its cookies as a browser on plain HTTP does, also those that are for HTTPS alone: a proxy would carry them."""

    def __init__(self, port: int) -> None:
        self.port, self.said = port, ""
        self.cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {}  # with every request, as a proxy adds them
        self.opener = urllib.request.build_opener(NoRedirect)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask(urllib.request.Request(self.address(path), headers=self.headers | headers))

    def post(
        self,
        path: str,
        fields: dict[str, str] | list[tuple[str, str]],
        *,
        files: dict[str, tuple[str, bytes]] | None = None,
        **headers: str,
    ) -> Answer:
        given = list(fields.items()) if isinstance(fields, dict) else fields
        fields = [("csrfmiddlewaretoken", self.cookies.get("csrftoken", "")), *given]
        body, kind = (
            multipart(fields, files) if files else (urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded")
        )
        headers = {
            "Content-Type": kind,
            "Referer": self.address("/", scheme=self.headers.get("X-Forwarded-Proto", "http")),
            **self.headers,
            **headers,
        }
        return self._ask(urllib.request.Request(self.address(path), body, headers))

    def sign_in(self) -> None:
        self.get("/sign-in/")
        named = {"login": ADMINISTRATOR["ADMIN_EMAIL"], "password": ADMINISTRATOR["ADMIN_PASSWORD"]}
        answer = self.post("/sign-in/", named)
        assert (answer.status, answer.headers["Location"]) == (302, "/"), answer.text

    def address(self, path: str, *, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def _ask(self, request: urllib.request.Request) -> Answer:
        if self.cookies:
            request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(answer.status, answer.headers, answer.read(), answer.url)


def multipart(fields: list[tuple[str, str]], files: dict[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """The body and its content type."""
    boundary = uuid4().hex
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields]
    parts += [f'name="{name}"; filename="{file}"\r\n\r\n'.encode() + content for name, (file, content) in files.items()]
    body = b"".join(f"--{boundary}\r\nContent-Disposition: form-data; ".encode() + part + b"\r\n" for part in parts)
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
