"""A process with little memory, little time and no secrets: it parses untrusted files, and answers line by line."""

import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import UnsupportedOperation
from typing import IO, Any

from django.conf import settings

from crm.worksheets import phase_timing

PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from crm.worksheets.formats.reading.workbook.process import main; main(sys.argv[2])"
)
PATIENCE = 120  # seconds without output; its own limits usually stop it earlier
LONGEST_ANSWER = 256 << 20  # bytes: a row of 16,384 long cells fits
BLOCK = 1 << 20

Answer = dict[str, Any]  # Any: JSON values


class NoAnswer(Exception):
    """The process died, stopped answering, or sent something that is not an answer."""


def answers(file: IO[bytes], question: Answer) -> Iterator[Answer]:
    """The answers of the process about a file; it ends with this generator. Raises NoAnswer."""
    with _on_disk(file) as source, _running(source, question) as process:
        yield from map(_understood, _lines(process))
        if process.wait(PATIENCE) != 0:
            raise NoAnswer


@contextmanager
def _running(source: IO[bytes], question: Answer) -> Iterator["subprocess.Popen[bytes]"]:
    # -I: neither the environment nor the folder it stands in may lend it code. It gets no variable of ours, and no open file.
    command = [sys.executable, "-I", "-c", PROGRAM, str(settings.BASE_DIR), json.dumps(question)]
    process = subprocess.Popen(  # noqa: S603  # our own interpreter and program
        command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"LC_ALL": "C.UTF-8"}, cwd="/"
    )
    try:
        yield process
    finally:
        phase_timing.record_child_peak(process.pid)
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]  # it is a pipe


def _lines(process: "subprocess.Popen[bytes]") -> Iterator[bytes]:
    """Each line as it comes; what is not ended by one is no answer."""
    pipe = process.stdout.fileno()  # type: ignore[union-attr]  # it is a pipe
    pieces: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if not selector.select(PATIENCE):
                raise NoAnswer
            block = os.read(pipe, BLOCK)
            if not block:
                break
            *whole, rest = block.split(b"\n")
            for line in whole:
                yield b"".join([*pieces, line])
                pieces.clear()
            pieces.append(rest)
            if sum(map(len, pieces)) > LONGEST_ANSWER:
                raise NoAnswer
    if any(pieces):
        raise NoAnswer


def _understood(line: bytes) -> Answer:
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NoAnswer from error
    if not isinstance(answer, dict):
        raise NoAnswer
    return answer


@contextmanager
def _on_disk(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """The file itself when it lies on disk, else a copy without a name."""
    file.seek(0)
    try:
        os.lseek(file.fileno(), 0, os.SEEK_SET)
    except (AttributeError, UnsupportedOperation, OSError):
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy, BLOCK)
            copy.seek(0)
            yield copy
    else:
        yield file
