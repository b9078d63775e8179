"""Seconds, memory and the row of figures that a measurement prints."""

import time
from collections.abc import Callable
from typing import Any

from crm.worksheets.phase_timing import peak_mb, reset_peak


class Seconds(float):
    """How long a measured call took, and the peak of memory during it."""

    peak_mb: int


def seconds(act: Callable[[], object]) -> Seconds:
    reset_peak()
    started = time.perf_counter()
    act()
    spent = Seconds(time.perf_counter() - started)
    spent.peak_mb = peak_mb()
    return spent


def result(
    name: str, rows: int, spent: Seconds, limit: float, *, peer: str | None = None, peer_rate: float = 0
) -> dict[str, Any]:
    """As contract §7; `peer_rate` is in rows per second."""
    rate = rows / spent
    return {
        "name": name,
        "rows": rows,
        "seconds": round(spent, 2),
        "rows_per_second": round(rate),
        "peak_mb": spent.peak_mb,
        "limit_seconds": round(limit, 2),
        "ratio": round(spent / limit, 2),
        "peer": peer,
        "times_faster": round(rate / peer_rate, 1) if peer_rate else None,
    }
