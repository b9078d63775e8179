"""The last days of a cluster as a drawing: its size as a line, who joined and left as bars. All in units of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from clusters.history.reading import Day

WIDTH, HEIGHT = 600, 80  # of the line
BARS = 24  # height of the bars above and below their axis


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    joined: float
    left: float
    joined_top: float


@dataclass(frozen=True)
class Chart:
    """`points` of the line, empty where nothing is known; `first` and `last` are its days."""

    points: str
    area: str
    bars: list[Bar]
    first: Day
    last: Day
    joined: int
    left: int


def chart(days: Sequence[Day]) -> Chart:
    step = WIDTH / max(len(days) - 1, 1)
    known = [(place * step, day.size) for place, day in enumerate(days) if day.size is not None]
    points = [(x, _height(size, [size for _x, size in known])) for x, size in known]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    area = f"{points[0][0]:.1f},{HEIGHT} {line} {points[-1][0]:.1f},{HEIGHT}" if points else ""
    return Chart(line, area, _bars(days, step), days[0], days[-1], sum(day.joined for day in days), sum(day.left for day in days))


def _height(size: int, sizes: Sequence[int]) -> float:
    """From the top; the smallest size stands a little above the ground, so that growth shows."""
    low, high = min(sizes), max(sizes)
    return HEIGHT - 8 - (HEIGHT - 16) * ((size - low) / (high - low) if high > low else 0.5)


def _bars(days: Sequence[Day], step: float) -> list[Bar]:
    most = max((max(day.joined, day.left) for day in days), default=0) or 1
    width = max(step * 0.7, 1)
    return [
        Bar(
            round(place * step - width / 2, 1),
            round(width, 1),
            (up := BARS * day.joined / most),
            BARS * day.left / most,
            BARS - up,
        )
        for place, day in enumerate(days)
    ]
