"""Measures how long each phase of an import takes, and its peak memory."""

import resource
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Phase = dict[str, Any]  # Any: JSON values

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass
class Stopwatch:
    """The phases so far, and the seconds, those of former runs included; the present phase ends when the next begins."""

    phases: list[Phase] = field(default_factory=list)
    seconds_before: float = 0.0
    started: float = field(default_factory=time.monotonic)
    name: str = ""
    rows: int = 0
    rows_before: int = 0
    began: float = 0.0

    def begin(self, name: str, *, rows: int = 0) -> bool:
        """`rows` were already done in it. Return True if it is another phase than the current one."""
        is_new = name != self.name
        if is_new:
            self.end()
            self.name, self.rows, self.rows_before, self.began = name, rows, rows, time.monotonic()
        return is_new

    def end(self) -> None:
        self.phases, self.name = self.so_far, ""

    @property
    def so_far(self) -> list[Phase]:
        if not self.name:
            return self.phases
        seconds = round(time.monotonic() - self.began, 3)
        return _merged(
            self.phases, {"name": self.name, "rows": self.rows - self.rows_before, "seconds": seconds, "peak_mb": peak_mb()}
        )

    @property
    def seconds(self) -> float:
        return self.seconds_before + time.monotonic() - self.started


def _merged(phases: list[Phase], current: Phase) -> list[Phase]:
    """A phase that was interrupted goes on in the next run, and is listed once."""
    earlier = next((phase for phase in phases if phase["name"] == current["name"]), None)
    if earlier is None:
        return [*phases, current]
    both = {
        **current,
        "rows": earlier["rows"] + current["rows"],
        "seconds": round(earlier["seconds"] + current["seconds"], 3),
        "peak_mb": max(earlier["peak_mb"], current["peak_mb"]),
    }
    return [both if phase is earlier else phase for phase in phases]


_children_kb = 0  # the highest peak of an ended child


def reset_peak() -> None:
    """Begins a new measurement, where the kernel allows it."""
    global _children_kb  # noqa: PLW0603  # one process, one measurement
    _children_kb = 0
    with suppress(OSError):
        CLEAR.write_text("5")


def record_child_peak(pid: int) -> None:
    """To be called before a child ends: what the kernel reports afterwards includes the memory of this process at the fork."""
    global _children_kb  # noqa: PLW0603
    _children_kb = max(_children_kb, _peak_kb(Path(f"/proc/{pid}/status")))


def peak_mb() -> int:
    """The peak memory of this process plus the highest peak of a child process."""
    own = _peak_kb(STATUS) or int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return round((own + _children_kb) / 1024)


def _peak_kb(status: Path) -> int:
    with suppress(OSError):
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0
