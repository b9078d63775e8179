"""A PostgreSQL server of the tests' own, which writes to the disk as a real one does and may be crashed."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgres://crm@127.0.0.1:{self.port}/crm"

    def start(self) -> None:
        place = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=on -c shared_buffers=32MB"
        self.run("pg_ctl", "-w", "-s", "-D", f"{self.folder}/db", "-l", f"{self.folder}/log", "-o", place, "start")

    def crash(self) -> None:
        """As if the machine lost its power: nothing is written any more, and unlogged tables are empty afterwards."""
        self.run("pg_ctl", "-s", "-D", f"{self.folder}/db", "-m", "immediate", "stop")

    def run(self, program: str, *words: str) -> None:
        # PostgreSQL refuses to run as root.
        other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*other, str(self.programs / program), *words]
        done = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        assert done.returncode == 0, done.stdout.decode()


def programs() -> Path | None:
    """Where the newest PostgreSQL on this machine has its programs; Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def serving() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    server = Server(programs(), folder, free_port())
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        server.run("initdb", "-D", f"{folder}/db", "-U", "crm", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        server.start()
        server.run("createdb", "-h", "127.0.0.1", "-p", str(server.port), "-U", "crm", "crm")
        yield server
    finally:
        with suppress(AssertionError):
            server.crash()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
