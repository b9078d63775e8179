"""Buffers a response between the thread that makes it and the event
loop that sends it, so that no thread waits for a slow client."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import IO, Any

# What of an answer waits in memory; more waits in a file without a name.
IN_MEMORY = 1024 * 1024
PIECE = 256 * 1024

Headers = list[tuple[bytes, bytes]]


class FileAnswer:
    """WSGI's `file_wrapper`: a file that lies on disk already is read by the loop and needs no thread."""

    def __init__(self, file: IO[bytes], _block_size: int = PIECE) -> None:
        self.file = file

    def close(self) -> None:
        self.file.close()


class ResponseBuffer:
    """Written by one thread, read by the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.status, self.headers = 0, Headers()
        self.stored: FileAnswer | None = None
        self._loop, self._lock, self._changed = loop, Lock(), asyncio.Event()
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed when both sides are done
        self._read = self._written = 0
        self._is_made = self._is_abandoned = self._is_closed = False
        self._is_whole = False

    # The thread's side

    def start(self, status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
        """WSGI's `start_response`."""
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self.write

    def fill(self, pieces: Iterable[bytes]) -> None:
        """The loop is woken once for a page, and for each piece of a stream."""
        store = self.write if getattr(pieces, "streaming", True) else self._store
        for piece in pieces:
            if self._is_abandoned:
                return
            store(piece)

    def write(self, piece: bytes) -> None:
        self._store(piece)
        self._tell()

    def _store(self, piece: bytes) -> None:
        with self._lock:
            if not self._is_abandoned:
                self._file.seek(self._written)
                self._written += self._file.write(piece)

    def end(self, *, is_whole: bool) -> None:
        with self._lock:
            self._is_made, self._is_whole = True, is_whole
            self._close_file()
        self._tell()

    # The loop's side

    async def pieces(self) -> AsyncIterator[tuple[bytes, bool]]:
        """Each piece, and True with the last one; none is the last if the thread could not make all, or the client has gone."""
        while not self._is_abandoned:
            await self._changed.wait()
            piece, is_over = self._take()
            is_last = is_over and self._is_whole
            if piece or is_last:
                yield piece, is_last
            if is_over:
                return

    def abandon(self) -> None:
        """Discards the rest; the thread ends at its next piece."""
        self._is_abandoned = True
        self._changed.set()

    def close(self) -> None:
        with self._lock:
            self._is_abandoned = self._is_closed = True
            self._close_file()

    def _take(self) -> tuple[bytes, bool]:
        """The next piece, and True if nothing comes after it."""
        with self._lock:
            self._file.seek(self._read)
            piece = self._file.read(PIECE)
            self._read += len(piece)
            if self._read < self._written:
                return piece, False
            self._rewind()
            return piece, self._is_made

    def _rewind(self) -> None:
        """All of it is read: the next piece may lie at the beginning again."""
        self._file.seek(0)
        self._file.truncate()
        self._read = self._written = 0
        self._changed.clear()

    def _close_file(self) -> None:
        """When both sides are done with it."""
        if self._is_made and self._is_closed:
            self._file.close()

    def _tell(self) -> None:
        if not self._changed.is_set():
            self._loop.call_soon_threadsafe(self._changed.set)
