"""Text without case and accents, by one table that Python, SQLite and PostgreSQL share.

A character is replaced by the full case folding of its canonical decomposition, without the marks U+0300–U+036F, composed
again; letters that Unicode does not decompose but people search without their stroke are listed. So `ß` is `ss`, `İ` and
the `i` without a dot are `i`, `Æ` is `ae`, `Й` is `и`, and `が` stays itself. What people type for an apostrophe is one.
The blocks are listed too, so that a newer Python with a newer Unicode makes the same table: the folding of a character that
exists is never changed.
"""

import unicodedata
from collections.abc import Iterator

MARKS = range(0x0300, 0x0370)
BLOCKS = (
    range(0x0060, 0x0061),  # the grave accent that people type for an apostrophe
    range(0x0080, 0x0100),  # Latin-1
    range(0x0100, 0x0250),  # Latin Extended-A and -B
    range(0x0250, 0x0300),  # phonetic letters
    MARKS,
    range(0x0370, 0x0400),  # Greek
    range(0x0400, 0x0590),  # Cyrillic, Armenian
    range(0x1E00, 0x1F00),  # Latin Extended Additional: Vietnamese, Welsh
    range(0x1F00, 0x2000),  # Greek Extended
    range(0x2018, 0x201A),  # curly apostrophes
    range(0x2100, 0x2150),  # Kelvin, Ångström
    range(0xFB00, 0xFB07),  # ligatures
    range(0xFF21, 0xFF5B),  # full-width letters
)
ASCII_CAPITALS = range(ord("A"), ord("Z") + 1)
APOSTROPHES = dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'")
STROKES = {"\u0131": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t"}
PLAIN = STROKES | APOSTROPHES


def fold(text: str) -> str:
    """The text as search compares it."""
    return text.lower().replace("`", "'") if text.isascii() else text.translate(FAST_TABLE)


def folded_characters(block: range) -> Iterator[tuple[str, str]]:
    """The characters of a block that fold to something else, each with what it folds to."""
    for code in block:
        character = chr(code)
        if (folded := _fully_folded(character)) != character:
            yield character, folded


def _fully_folded(text: str) -> str:
    """Folded until nothing changes any more, so that folding twice is folding once."""
    while (folded := "".join(map(_folded, text))) != text:
        text = folded
    return text


def _folded(character: str) -> str:
    decomposed = unicodedata.normalize("NFD", character.casefold())
    plain = "".join(PLAIN.get(part, part) for part in decomposed if ord(part) not in MARKS)
    return unicodedata.normalize("NFC", plain)


def _table() -> dict[int, str]:
    blocks = (ASCII_CAPITALS, *BLOCKS)
    return {ord(character): folded for block in blocks for character, folded in folded_characters(block)}


TABLE = _table()
# A character that `translate` does not find costs it an exception, so the common ones are all there.
FAST_TABLE = {code: chr(code) for code in range(128)} | TABLE
