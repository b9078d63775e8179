"""The body of a request, read into a file within limits of size and time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import IO, Any

Receive = Callable[[], Awaitable[dict[str, Any]]]  # Any: ASGI messages

# Without a byte for so long, nobody is there.
IDLE_SECONDS = 20
# Small bodies fit into the first packets; a trickle is none of them.
QUICK_SECONDS = 30
# So long without a byte, and who was refused listens.
LINGER_SECONDS = 2


class ClientGone(Exception):
    """The client has disconnected."""


class BodyTooSlow(Exception):
    """The client sends nothing, or a small body too slowly."""


class BodyTooLarge(Exception):
    status = 413


class BodyNotStored(Exception):
    """There is no space left to store the body."""

    status = 507


class BodyReader:
    """Reads on where it stopped. `file` grows by what is read, `length` counts it."""

    def __init__(self, receive: Receive, file: IO[bytes], *, in_memory: int, is_whole: bool = False) -> None:
        self.receive, self.file, self.in_memory = receive, file, in_memory
        self.length, self.is_whole = 0, is_whole

    async def read_small(self, most: int) -> None:
        """Until it is whole or longer than `most`. Raises ClientGone, BodyTooSlow, BodyNotStored."""
        deadline = time.monotonic() + QUICK_SECONDS
        while not self.is_whole and self.length <= most:
            await self._read_piece(min(IDLE_SECONDS, deadline - time.monotonic()))

    async def read_rest(self, most: int) -> None:
        """Until it is whole. Raises ClientGone, BodyTooSlow, BodyNotStored, BodyTooLarge."""
        while not self.is_whole:
            if self.length > most:
                raise BodyTooLarge
            await self._read_piece(IDLE_SECONDS)
        if self.length > most:
            raise BodyTooLarge

    async def discard(self, most: int) -> None:
        """Drops what was read and what still comes, up to `most`: a client that sends is not listening yet. Raises ClientGone."""
        self.file.seek(0)
        self.file.truncate()
        try:
            while not self.is_whole and self.length <= most:
                self.length += len(await self._next(LINGER_SECONDS))
        except BodyTooSlow:
            pass
        self.length = 0

    async def _read_piece(self, seconds: float) -> None:
        piece = await self._next(seconds)
        self.length += len(piece)
        try:
            if self.length <= self.in_memory:
                self.file.write(piece)
            else:
                await asyncio.to_thread(self.file.write, piece)
        except OSError as error:
            raise BodyNotStored from error

    async def _next(self, seconds: float) -> bytes:
        try:
            message = await asyncio.wait_for(self.receive(), max(0, seconds))
        except TimeoutError:
            raise BodyTooSlow from None
        if message["type"] != "http.request":
            raise ClientGone
        self.is_whole = not message.get("more_body", False)
        return message.get("body", b"")
