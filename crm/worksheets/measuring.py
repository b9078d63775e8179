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


def forget_peak() -> None:
    """Begins to measure anew, where the kernel lets a process do so."""
    with suppress(OSError):
        CLEAR.write_text("5")


def peak_mb() -> int:
    """The most memory that this process has held, the largest of its children included."""
    return round((_own_peak_kb() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024)


def _own_peak_kb() -> int:
    with suppress(OSError):
        for line in STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
