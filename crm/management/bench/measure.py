"""Seconds, memory and the row of figures that a measurement prints."""

import resource
import time
from collections.abc import Callable
from typing import Any


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def result(name: str, rows: int, spent: float, limit: float, *, peer: str | None = None, peer_rate: float = 0) -> dict[str, Any]:
    """As contract §7; `peer_rate` is in rows per second."""
    rate = rows / spent
    return {
        "name": name,
        "rows": rows,
        "seconds": round(spent, 2),
        "rows_per_second": round(rate),
        "peak_mb": peak_mb(),
        "limit_seconds": round(limit, 2),
        "ratio": round(spent / limit, 2),
        "peer": peer,
        "times_faster": round(rate / peer_rate, 1) if peer_rate else None,
    }


def peak_mb() -> int:
    """The most that this process has held so far, and the most that one of its ended children has."""
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (own + children) // 1024
