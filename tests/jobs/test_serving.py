"""Web and worker live and end together."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    made = os.environ | {"VAR_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/crm.sqlite3", "DEBUG": "1"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=made, check=True)
    return made


@pytest.fixture
def serve(environment):
    started = []

    def start(port):
        command = [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", "1"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def lines_until(process, end):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if end in line:
            return lines
    pytest.fail(f"It ended without saying {end!r}: {lines}")


def children(pid):
    """Process ids of everything below `pid`."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return found + [each for child in found for each in children(child)]


def alive(pid):
    with suppress(FileNotFoundError):
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


def wait_until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_nothing_stays_behind(serve, signum):
    port = free_port()
    process = serve(port)
    said = "".join(lines_until(process, "Ctrl-C"))
    below = children(process.pid)

    process.send_signal(signum)

    assert process.wait(20) == 0
    assert f"http://127.0.0.1:{port}" in said
    assert "Sign in as" in said
    assert len(below) >= 2
    assert not any(alive(pid) for pid in below)


@pytest.mark.skipif(sys.platform != "linux", reason="needs the kernel's word of a dead parent")
def test_nothing_stays_behind_when_it_is_killed(serve):
    process = serve(free_port())
    lines_until(process, "Ctrl-C")
    below = children(process.pid)

    process.kill()

    assert wait_until(lambda: not any(alive(pid) for pid in below))


def test_taken_port_is_said(environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        done = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", port],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert "is in use" in done.stderr
