"""A second process that converts rows. It needs no database, and ends with the process that started it."""

import fcntl
import gc
import logging
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Self

from django.conf import settings
from django.utils import translation

from crm.records import bulk
from crm.worksheets import phase_timing
from crm.worksheets.formats.rows import SheetRow
from crm.worksheets.importing import converting
from crm.worksheets.importing.converting import ColumnConversion, ConversionResult

PROGRAM = (
    "import django, sys; django.setup(); "
    "from crm.worksheets.importing.worker_process import serve; serve(*map(int, sys.argv[1:]))"
)
AHEAD = 3  # blocks that are queued at the worker, so that it never waits
PIPE = 1 << 20  # bytes: a block or two, so that writing does not wait for the reader

Converted = tuple[bulk.Packed | None, ConversionResult]  # nothing is packed when no row is left

log = logging.getLogger(__name__)


def convert_and_pack(block: list[SheetRow], columns: ColumnConversion) -> Converted:
    typed, found = converting.convert_block(block, columns)
    return bulk.pack(typed) if typed and typed[0] else None, found


class ConversionWorker:
    """Takes blocks and returns them converted, in their order. If its process ends too soon, what it had is converted here."""

    def __init__(self, columns: ColumnConversion) -> None:
        self._columns = columns
        self._taken: deque[list[SheetRow]] = deque()
        self._is_gone = False

    def __enter__(self) -> Self:
        request_source, self._requests = _pipe()
        self._responses, response_target = _pipe()
        with request_source, response_target:
            self._process = self._started(request_source.fileno(), response_target.fileno())
        self._send((translation.get_language(), self._columns))
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        if self._process:
            phase_timing.record_child_peak(self._process.pid)
            self._process.kill()
            self._process.wait()
        self._requests.close()
        self._responses.close()

    def _started(self, *ends: int) -> "subprocess.Popen[bytes] | None":
        """None where the machine has no room for another process; its pipes are then as of one that has ended."""
        command = [sys.executable, "-c", PROGRAM, *map(str, ends)]
        try:
            return subprocess.Popen(  # noqa: S603  # our own interpreter and program
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=ends, cwd=settings.BASE_DIR
            )
        except OSError:
            return None

    @property
    def has_room(self) -> bool:
        return len(self._taken) < AHEAD and not self._is_gone

    def take(self, block: list[SheetRow]) -> None:
        self._taken.append(block)
        self._send(list(map(tuple, block)))  # plain tuples are written and read twice as fast

    def ready(self) -> Iterator[Converted]:
        """What is already converted."""
        while self._taken and (self._is_gone or self._responses.poll()):
            yield self._next_result()

    def rest(self) -> Iterator[Converted]:
        """All that was taken, as it comes."""
        while self._taken:
            yield self._next_result()

    def _send(self, request: object) -> None:
        try:
            self._requests.send(request)
        except OSError:
            self._go_on_alone()

    def _next_result(self) -> Converted:
        block = self._taken.popleft()
        if not self._is_gone:
            try:
                return self._responses.recv()
            except (EOFError, OSError):
                self._go_on_alone()
        return convert_and_pack(block, self._columns)

    def _go_on_alone(self) -> None:
        self._is_gone = True
        log.warning("The worker that converts rows is gone; the import goes on without it")


def _pipe() -> tuple[Connection, Connection]:
    """Its end to receive from and its end to send to."""
    ends = Pipe(duplex=False)
    if resize := getattr(fcntl, "F_SETPIPE_SZ", None):
        with suppress(OSError):
            fcntl.fcntl(ends[1].fileno(), resize, PIPE)
    return ends


def serve(requests: int, responses: int) -> None:
    """The main loop of the process; ends when its input is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # at a terminal it reaches both processes, and the parent decides
    gc.disable()  # as in `bulk.stage`
    waiting: SimpleQueue[list[tuple] | None] = SimpleQueue()
    with Connection(requests, writable=False) as source, Connection(responses, readable=False) as target:
        language, columns = source.recv()
        # Always read, so that two who both send never wait for each other.
        Thread(target=_receive, args=(source, waiting), daemon=True).start()
        with translation.override(language), suppress(OSError):
            while (block := waiting.get()) is not None:
                target.send(convert_and_pack([SheetRow(*row) for row in block], columns))


def _receive(source: Connection, waiting: "SimpleQueue[list[tuple] | None]") -> None:
    with suppress(EOFError, OSError):
        while True:
            waiting.put(source.recv())
    waiting.put(None)
