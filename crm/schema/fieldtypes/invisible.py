"""Characters that nobody can see or tell apart: two texts look alike and are not, or an address looks right and is refused."""

import re
import unicodedata

# Soft hyphens, blanks of no width, directional marks, byte-order marks. Joiners and tags within emoji are among the signs
# that letters need, so that only the ends of ordinary texts lose them.
INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
INSIDE = re.compile(f"[{INVISIBLE}]")
BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")  # any but the one of keyboards
FULL_WIDTH = {0xFF01 + place: 0x21 + place for place in range(94)}
HYPHENS = dict.fromkeys((0x2010, 0x2011), "-")
DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")
LOOKS = FULL_WIDTH | HYPHENS
AT_ENDS = re.compile(rf"\A[\s{INVISIBLE}]+|[\s{INVISIBLE}]+\Z")


def trimmed(text: str) -> str:
    """Without blanks and invisible characters at its ends."""
    return text.strip() if text.isascii() else AT_ENDS.sub("", text)


def narrowed(text: str) -> str:
    """With the letters, digits and signs of keyboards for those of full width, hyphens that look like theirs, marks apart."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(LOOKS))


def plain_signs(text: str) -> str:
    """As `narrowed`, of what stands between blanks and invisible characters."""
    return narrowed(trimmed(text))


def invisible_code(text: str, *, with_blanks: bool = False) -> str:
    """The first invisible character within a text as `U+200B`, or the first blank of no keyboard; empty if there is none."""
    inside = None if text.isascii() else trimmed(text)
    found = inside and (INSIDE.search(inside) or (BLANKS.search(inside) if with_blanks else None))
    return f"U+{ord(found[0]):04X}" if found else ""
