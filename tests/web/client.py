"""A client of an ASGI application that sends and reads as slowly as a test wants."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

FOREVER = 3600  # seconds


@dataclass
class SlowClient:
    """`pieces` of a body come one by one; then it waits, or goes when `leaves` is set."""

    pieces: Iterable[bytes] = (b"",)
    is_whole: bool = True
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    path: str = "/"
    method: str = "POST"
    leaves: bool = False
    answers: list[dict[str, Any]] = field(default_factory=list)
    taken: int = 0

    async def ask(self, application: Any) -> "SlowClient":
        self._messages = self._sent()
        await application(self.scope, self.receive, self.send)
        return self

    @property
    def scope(self) -> dict[str, Any]:
        return {
            "type": "http", "http_version": "1.1", "method": self.method, "scheme": "http", "path": self.path,
            "raw_path": self.path.encode(), "query_string": b"", "headers": [(b"host", b"localhost"), *(self.headers or [(b"transfer-encoding", b"chunked")])],
            "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 50_000),
        }  # fmt: skip

    async def receive(self) -> dict[str, Any]:
        for message in self._messages:
            self.taken += len(message["body"])
            return message
        if not self.leaves:
            await asyncio.sleep(FOREVER)
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.answers.append(message)

    def _sent(self) -> Iterable[dict[str, Any]]:
        pieces = list(self.pieces)
        for number, piece in enumerate(pieces):
            is_last = number == len(pieces) - 1
            yield {"type": "http.request", "body": piece, "more_body": not (is_last and self.is_whole)}

    @property
    def status(self) -> int:
        return self.answers[0]["status"]

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.answers[1:])

    @property
    def is_answered(self) -> bool:
        """Return True if the answer came whole."""
        return bool(self.answers) and not self.answers[-1].get("more_body", False)
