"""The web server and a worker as two child processes that live and end together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
GRACE_SECONDS = 10
# A connection that only waits costs some kilobytes; those beyond wait for one to end.
CONNECTIONS = 4096
PR_SET_PDEATHSIG = 1

Process = subprocess.Popen[bytes]


@dataclass
class Site:
    """The processes of the site, to be started and running."""

    host: str
    port: int
    workers: int
    with_worker: bool
    say: Callable[[str], object]
    stopping: bool = False
    children: dict[str, Process] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"


def port_is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind((host, port))
            return True
    return False


def run(site: Site, *, ready: Callable[[], None]) -> int:
    """Serves until a signal or until the web server ends; `ready` is called when it answers. Returns the exit code."""
    _heed_signals(site)
    try:
        _start_children(site)
        _wait_until_it_answers(site, ready)
        return _watch(site)
    finally:
        _stop_children(site)


def _commands(site: Site) -> dict[str, list[str]]:
    worker = {"worker": [sys.executable, str(ROOT / "manage.py"), "work"]} if site.with_worker else {}
    return {"web": _granian(site), **worker}


def _granian(site: Site) -> list[str]:
    place = f"--host {site.host} --port {site.port} --workers {site.workers}"
    limits = f"--backlog {CONNECTIONS} --backpressure {CONNECTIONS}"
    options = f"--interface asginl --http 1 --no-ws {place} {limits} --log-level error"
    return [sys.executable, "-m", "granian", *options.split(), "crm.asgi:application"]


def _start_children(site: Site) -> None:
    for name in _commands(site):
        _start(site, name)


def _start(site: Site, name: str) -> None:
    # A group of its own: Ctrl-C reaches only us, so that each child is asked to end exactly once.
    site.children[name] = subprocess.Popen(  # noqa: S603 - our own command
        _commands(site)[name],
        process_group=0,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has no threads
        stdin=subprocess.DEVNULL,
        # Where we were started is theirs too, for paths in the environment are relative to it; our modules are found anyway.
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))},
    )


def _end_with_parent() -> None:
    """On Linux the kernel ends the child even where we are killed without a word."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _heed_signals(site: Site) -> None:
    def stop(_signum: int, _frame: FrameType | None) -> None:
        site.stopping = True

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, stop)


def _wait_until_it_answers(site: Site, ready: Callable[[], None]) -> None:
    while not site.stopping and site.children["web"].poll() is None:
        with suppress(OSError), socket.create_connection((site.host, site.port), timeout=1):
            return ready()
        time.sleep(0.1)
    return None


def _watch(site: Site) -> int:
    while not site.stopping:
        if site.children["web"].poll() is not None:
            site.say("The web server has ended; stopping.")
            return 1
        _restart_worker(site)
        time.sleep(0.2)
    return 0


def _restart_worker(site: Site) -> None:
    if site.with_worker and site.children["worker"].poll() is not None:
        site.say("The worker has ended; starting another. It goes on with what was interrupted.")
        time.sleep(1)
        _start(site, "worker")


def _stop_children(site: Site) -> None:
    for child in site.children.values():
        with suppress(ProcessLookupError):
            child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in site.children.values():
        _end(child, seconds=max(0.1, deadline - time.monotonic()))


def _end(child: Process, *, seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        child.wait(seconds)
    # Its own children too, whether or not it ended in time.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
