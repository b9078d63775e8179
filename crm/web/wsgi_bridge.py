"""An ASGI application that runs a WSGI one in threads: a request gets
a thread once it is complete, so that no thread waits for a client."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any
from wsgiref.types import WSGIApplication

from django.db import close_old_connections

from crm.web.body_limits import SMALL_BYTES, LimitUnknown, allowed_bytes, discarded_bytes
from crm.web.environ import Environ, Scope, declared_length, has_body, make_environ, waits_for_permission
from crm.web.request_body import BodyNotStored, BodyReader, BodyTooLarge, BodyTooSlow, ClientGone, Receive
from crm.web.response_buffer import PIECE, FileAnswer, ResponseBuffer

Send = Callable[[dict[str, Any]], Awaitable[None]]  # Any: ASGI messages

# A page waits for its database more than it computes; each thread keeps a connection of its own.
THREADS = 8
# Seconds.
WATCHED_AFTER = 0.5
# Answered also while all threads wait for a database.
LIVENESS = "/healthz"
# What of a body stays in memory; the rest goes into a file without a name, which ends with its request or its process.
BODY_IN_MEMORY = 64 * 1024
TOO_SLOW = [(b"content-type", b"text/plain"), (b"connection", b"close"), (b"x-content-type-options", b"nosniff")]

log = logging.getLogger(__name__)


class WsgiBridge:
    """Speaks HTTP alone, neither web sockets nor lifespan."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")
        self.spare_thread = ThreadPoolExecutor(1, thread_name_prefix="health")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with SpooledTemporaryFile(BODY_IN_MEMORY) as file:
            body = BodyReader(receive, file, in_memory=BODY_IN_MEMORY, is_whole=not has_body(scope))
            environ = partial(make_environ, scope, file)
            try:
                refused = await self._read(scope, body, environ())
            except ClientGone:
                return
            except BodyTooSlow:
                await _send_whole(send, 408, TOO_SLOW, b"The request did not come in time.\n")
                return
            file.seek(0)
            await self._answer(environ(length=body.length, refused=refused), receive if body.is_whole else None, send)

    async def _read(self, scope: Scope, body: BodyReader, environ: Environ) -> int | None:
        """The status with which the body is refused, of which nothing is left then. Raises ClientGone, BodyTooSlow."""
        try:
            await self._read_within_limits(body, environ, declared_length(scope))
        except (BodyTooLarge, BodyNotStored, LimitUnknown) as refusal:
            await body.discard(0 if waits_for_permission(scope) else discarded_bytes(environ))
            return refusal.status
        return None

    async def _read_within_limits(self, body: BodyReader, environ: Environ, declared: int) -> None:
        """A small body is read without looking at the session; for a large one the session decides, before it is read."""
        if declared <= SMALL_BYTES:
            await body.read_small(SMALL_BYTES)
        if body.is_whole and body.length <= SMALL_BYTES:
            return
        most = await asyncio.get_running_loop().run_in_executor(self.threads, _look_up_limit, environ)
        if declared > most:
            raise BodyTooLarge
        await body.read_rest(most)

    async def _answer(self, environ: Environ, receive: Receive | None, send: Send) -> None:
        """Without `receive`, a client that goes away is not noticed."""
        buffer = ResponseBuffer(asyncio.get_running_loop())
        threads = self.spare_thread if environ["PATH_INFO"] == LIVENESS else self.threads
        making = threads.submit(_fill, buffer, self.application, environ)
        watching = asyncio.ensure_future(_watch(buffer, receive)) if receive else None
        try:
            await self._send(buffer, send)
        finally:
            if watching:
                watching.cancel()
            buffer.close()
            making.cancel()

    async def _send(self, buffer: ResponseBuffer, send: Send) -> None:
        has_begun = False
        async for piece, is_last in buffer.pieces():
            if not has_begun:
                await send({"type": "http.response.start", "status": buffer.status, "headers": buffer.headers})
                has_begun = True
            if is_last and buffer.stored:
                await self._send_file(buffer.stored, send)
            else:
                await send({"type": "http.response.body", "body": piece, "more_body": not is_last})

    async def _send_file(self, stored: FileAnswer, send: Send) -> None:
        """Read in the loop's own threads; closed in one of ours, as Django ends the request with it."""
        try:
            while piece := await asyncio.to_thread(stored.file.read, PIECE):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self.threads.submit(stored.close)


def _look_up_limit(environ: Environ) -> int:
    """In a thread, whose connection is looked after as at the ends of a request. Raises LimitUnknown."""
    close_old_connections()
    try:
        return allowed_bytes(environ)
    finally:
        close_old_connections()


def _fill(buffer: ResponseBuffer, application: WSGIApplication, environ: Environ) -> None:
    """In a thread. An answer that could not be made whole does not look whole: its connection is cut."""
    is_whole = False
    try:
        pieces: Iterable[bytes] = application(environ, buffer.start)
        if isinstance(pieces, FileAnswer):
            buffer.stored = pieces
        else:
            with closing(pieces):  # type: ignore[type-var]  # Django's responses close
                buffer.fill(pieces)
        is_whole = True
    except Exception:
        log.exception("An answer broke off")
    finally:
        buffer.end(is_whole=is_whole)


async def _watch(buffer: ResponseBuffer, receive: Receive) -> None:
    """Ends the work for a client that goes. Most pages are made before it would be worth the asking."""
    await asyncio.sleep(WATCHED_AFTER)
    while (await receive())["type"] != "http.disconnect":
        pass
    buffer.abandon()


async def _send_whole(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
