"""A signed-in visitor without a browser, who may send the same form several times at the same moment."""

import http.client
import re
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from threading import Barrier
from urllib.parse import urlencode, urlsplit

from tests.live_site import Site

Form = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    page: str

    @property
    def is_redirect(self) -> bool:
        return self.status in {302, 303}

    @property
    def reasons(self) -> list[str]:
        """The sentences of a form that was refused."""
        found = re.findall(
            r'class="[^"]*(?:invalid-feedback|alert-danger|alert-block|text-danger|notice-error)[^"]*"[^>]*>(.*?)</(?:p|div|span|ul)>',
            self.page,
            re.S,
        )
        return [text for part in found if (text := unescape(re.sub(r"<[^>]+>", " ", part)).strip())]


@dataclass
class Visitor:
    site: Site
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self) -> "Visitor":
        self.get("/sign-in/")
        answer = self.post("/sign-in/", {"login": self.site.email, "password": self.site.password})
        assert answer.is_redirect, answer.page
        return self

    def get(self, path: str) -> Answer:
        return self._ask(self._connected(), "GET", path)

    def post(self, path: str, form: Form, files: Mapping[str, tuple[str, bytes]] | None = None) -> Answer:
        return self._ask(self._connected(), "POST", path, *_encoded(form, files or {}))

    def post_together(self, path: str, form: Form, *, times: int = 4) -> list[Answer]:
        """The answers of so many equal requests that are sent at the same moment, each on a connection of its own."""
        start, body = Barrier(times), _encoded(form, {})

        def send(_number: int) -> Answer:
            connection = self._connected()
            start.wait()
            return self._ask(connection, "POST", path, *body)

        with ThreadPoolExecutor(times) as threads:
            return list(threads.map(send, range(times)))

    def _connected(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.site.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        connection.connect()
        return connection

    def _ask(self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": kind, "X-CSRFToken": self.cookies.get("csrftoken", "")}
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        page = response.read().decode()
        for _name, value in (header for header in response.getheaders() if header[0].lower() == "set-cookie"):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(value).items()}
        connection.close()
        return Answer(response.status, response.getheader("Location") or "", page)


def _encoded(form: Form, files: Mapping[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    if not files:
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in form.items()
    ]
    for name, (file_name, content) in files.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
