"""A site of its own whose worker may be killed, paused or starved, and that is asked what became of it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]
CHUNK = 100  # rows: small, so that there are many moments to be killed in
LEASE = 2  # seconds
OVER = ("done", "failed", "cancelled")


@dataclass
class FaultySite:
    url: str
    folder: Path
    workers: list[subprocess.Popen] = field(default_factory=list)
    console: subprocess.Popen | None = None

    @property
    def environment(self) -> dict[str, str]:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        return outside | {
            "DJANGO_SETTINGS_MODULE": "crm.settings",
            "PYTHONPATH": str(ROOT),
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "IMPORT_CHUNK_ROWS": str(CHUNK),
            "JOB_LEASE_SECONDS": str(LEASE),
        }

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, expression: str, **values: Any) -> Any:
        """The value of an expression in `console.py`; `{name}` stands for a value."""
        if self.console is None or self.console.poll() is not None:
            self.console = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("console.py"))],
                cwd=ROOT, env=self.environment | {"DEBUG": "1"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        shown = {name: repr(value) for name, value in values.items()}
        self.console.stdin.write(json.dumps(expression.format(**shown)) + "\n")
        self.console.stdin.flush()
        return json.loads(self.console.stdout.readline())

    def start_worker(self, prepare: Callable[[], None] | None = None) -> subprocess.Popen:
        with (self.folder / "worker.log").open("a") as log:
            worker = subprocess.Popen(
                [sys.executable, "manage.py", "work"], cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=prepare,  # noqa: PLW1509  # this process has no threads
            )  # fmt: skip
        self.workers.append(worker)
        return worker

    @contextmanager
    def held(self, job: str, moment: str) -> Iterator[subprocess.Popen]:
        """The job runs in a process of its own and stands still at this moment (see `held.py`) during the block; then it ends,
        unless it was killed in the block."""
        with (self.folder / "worker.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("held.py")), job, moment], cwd=ROOT, env=self.environment,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
            )  # fmt: skip
        self.workers.append(process)
        assert process.stdout.readline() == "held\n", self.log()
        yield process
        if process in self.workers:
            process.communicate("go on\n", timeout=90)
            self.workers.remove(process)

    def kill_workers(self) -> None:
        for worker in self.workers:
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        self.workers.clear()

    @contextmanager
    def watched(self) -> Iterator[Callable[[str], tuple | None]]:
        """A connection of its own that asks quickly; an answer that does not come is None."""
        is_sqlite = self.url.startswith("sqlite")
        opened = (
            sqlite3.connect(f"/{self.url.removeprefix('sqlite:////')}")
            if is_sqlite
            else psycopg.connect(self.url, autocommit=True)
        )
        with closing(opened) as database:
            yield lambda query: database.execute(query).fetchone()

    def wait_until(self, condition: str, *, seconds: float = 60) -> None:
        """Until a row of the jobs fulfils the condition; asked without a pause, for the moment may be short."""
        deadline = time.monotonic() + seconds
        with self.watched() as found:
            while not found(f"SELECT 1 FROM jobs_job WHERE {condition} LIMIT 1"):
                assert time.monotonic() < deadline, f"no job with {condition}\n{self.log()}"

    def finish(self, job: str, *, seconds: float = 90) -> dict[str, Any]:
        """Waits until a worker has ended the job; there is one at the latest from now on."""
        if not self.workers:
            self.start_worker()
        words = ", ".join(f"'{state}'" for state in OVER)
        self.wait_until(f"{self.of(job)} AND state IN ({words})", seconds=seconds)
        return self.ask("job({pk})", pk=job)

    def of(self, job: str) -> str:
        return f"id = '{job.replace('-', '') if self.url.startswith('sqlite') else job}'"

    def log(self) -> str:
        file = self.folder / "worker.log"
        return file.read_text()[-4_000:] if file.exists() else ""

    def close(self) -> None:
        self.kill_workers()
        if self.console is not None:
            self.console.kill()
            self.console.wait()
