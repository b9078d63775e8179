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
    name: str, rows: int, spent: Seconds, limit: float | None, *, peer: str | None = None, peer_rate: float = 0
) -> dict[str, Any]:
    """`peer_rate` is in rows per second. What has no limit is of one call: its seconds are told to a tenth of a millisecond."""
    rate = rows / spent
    return {
        "name": name,
        "rows": rows,
        "seconds": round(spent, 4 if limit is None else 2),
        "rows_per_second": None if limit is None else round(rate),
        "peak_mb": spent.peak_mb,
        "limit_seconds": None if limit is None else round(limit, 2),
        "ratio": None if limit is None else round(spent / limit, 2),
        "peer": peer,
        "times_faster": round(rate / peer_rate, 1) if peer_rate else None,
    }
