"""How long each phase of an import takes, and how much memory it needs at most."""

import resource
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass
class Stopwatch:
    """The phases so far; the present one ends when the next begins."""

    phases: list[dict[str, Any]] = field(default_factory=list)  # Any: JSON values
    name: str = ""
    rows: int = 0
    began: float = 0.0

    def begin(self, name: str) -> None:
        if name != self.name:
            self.end()
            self.name, self.rows, self.began = name, 0, time.monotonic()

    def end(self) -> None:
        if self.name:
            seconds = round(time.monotonic() - self.began, 3)
            self.phases.append({"name": self.name, "rows": self.rows, "seconds": seconds, "peak_mb": peak_mb()})
        self.name = ""


_children_kb = 0  # the most that an ended child held


def forget_peak() -> None:
    """Begins to measure anew, where the kernel lets a process do so."""
    global _children_kb  # noqa: PLW0603  # one process, one measurement
    _children_kb = 0
    with suppress(OSError):
        CLEAR.write_text("5")


def note_child(pid: int) -> None:
    """To be called before a child ends: what the kernel says of it afterwards includes the memory that this process had at its birth."""
    global _children_kb  # noqa: PLW0603
    _children_kb = max(_children_kb, _peak_kb(Path(f"/proc/{pid}/status")))


def peak_mb() -> int:
    """The most memory that this process has held, and the most that a child beside it has."""
    own = _peak_kb(STATUS) or int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return round((own + _children_kb) / 1024)


def _peak_kb(status: Path) -> int:
    with suppress(OSError):
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0
