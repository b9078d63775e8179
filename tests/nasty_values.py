"""Values that nobody means, as the bytes that an address or a form would carry."""

import os
from collections.abc import Iterator

NASTY = {
    "nothing": b"",
    "blanks": b" \t\r\n\x0b ",
    "nul": b"a\0b",
    "long number": b"9" * 4400,
    "long negative number": b"-" + b"9" * 4400,
    "beyond bigint": b"9" * 25,
    "superscript": "²".encode(),
    "lone surrogate": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe",
    "long": b"long " * 4000,
    "parent folder": b"../../etc/passwd",
    "slash": b"a/b",
    "template, SQL, HTML, format": b"{{ x }}{% y %}'; DROP TABLE record_cl; --<script>\"%s%(name)s{0}",
    "emoji, right to left": "👩‍👩‍👧\u202etxt.exe\u200f".encode(),
    "negative": b"-1",
    "no number": b"NaN",
    "infinity": b"-Infinity",
    "large exponent": b"1e999999",
    "far date": b"9999-12-31T23:59:59.999999-23:59",
    "early date": b"0001-01-01T00:00:00+14:00",
    "no date": b"2026-02-31",
    "deep JSON": b'{"a":' + b"[" * 3000,
    "open rule": b"a=1 AND (((",
}
IN_ADDRESSES = [
    name for name, value in NASTY.items() if value.strip() and not value.startswith(b"-") and b"date" not in name.encode()
]
IS_WHOLE = bool(os.environ.get("NASTY"))
DEALT = 3  # values for one place in the short form


def dealt(place: int, names: list[str] | None = None) -> Iterator[str]:
    """The values for one place of the walk: all of them in the long form, else a few, others for the next place."""
    known = names or list(NASTY)
    yield from known if IS_WHOLE else (known[(place * DEALT + turn) % len(known)] for turn in range(DEALT))
