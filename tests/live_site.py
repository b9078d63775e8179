"""The site as it is served, web and worker, in processes of its own with a database of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60


@dataclass(frozen=True)
class Site:
    address: str
    email: str
    password: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """What a management command of this site prints."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def live_site(var_dir: Path) -> Iterator[Site]:
    with fresh_database(var_dir) as database_url:
        site = new_site(var_dir, database_url)
        site.manage("migrate", "--verbosity", "0")
        with served(site, log=var_dir / "log"):
            yield site


def new_site(var_dir: Path, database_url: str) -> Site:
    port, email, password = free_port(), "ana@example.com", "correct horse battery"
    # As in production but for cookies, since there is no TLS here: static files have their hashed names.
    # The site must not believe that it is itself under test.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = outside | {
        "VAR_DIR": str(var_dir),
        "DATABASE_URL": database_url,
        "ADMIN_EMAIL": email,
        "ADMIN_PASSWORD": password,
        "SECURE_COOKIES": "0",
        "DEBUG": "0",
    }
    return Site(f"http://127.0.0.1:{port}", email, password, environment)


@contextmanager
def fresh_database(var_dir: Path) -> Iterator[str]:
    server = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not server.scheme.startswith("postgres"):
        yield f"sqlite:///{var_dir}/crm.sqlite3"
        return
    name = f"crm_live_{os.getpid()}_{var_dir.name.replace('-', '_')}"
    with psycopg.connect(server.geturl(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield server._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def served(site: Site, *, log: Path) -> Iterator[None]:
    port = str(urlsplit(site.address).port)
    command = [sys.executable, "manage.py", "serve", "--port", port, "--workers", "1"]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_until_it_answers(process, int(port), log)
        yield
    finally:
        process.terminate()
        process.wait(30)


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    pytest.fail(f"The site did not start:\n{log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
