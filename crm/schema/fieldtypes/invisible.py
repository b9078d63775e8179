"""Characters that nobody can see or tell apart: two texts look alike and are not, or an address looks right and is refused."""

import re
import unicodedata

# Soft hyphens, blanks of no width, directional marks, byte-order marks, letters that fill a place, the empty sign of Braille:
# what Unicode lets programs ignore (DerivedCoreProperties, Default_Ignorable_Code_Point), and what they show as nothing.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
)
# Variants and tags of the sign before them, which emoji and rare letters need: behind the letters of keyboards they are nothing.
VARIANTS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0000-\U000e0fff"
INSIDE = re.compile(f"[{INVISIBLE}{VARIANTS}]")
BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")  # any but the one of keyboards
FULL_WIDTH = {0xFF01 + place: 0x21 + place for place in range(94)}
HYPHENS = dict.fromkeys((0x2010, 0x2011), "-")
DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")
LOOKS = FULL_WIDTH | HYPHENS
NEEDS_NO_VARIANT = rf"(?<=[\s!-~\u00c0-\u024f{INVISIBLE}])"
AT_ENDS = re.compile(rf"\A[\s{INVISIBLE}{VARIANTS}]+|(?:[\s{INVISIBLE}]|{NEEDS_NO_VARIANT}[{VARIANTS}]++)+\Z")


def may_hide(together: str) -> bool:
    """Return False where no text of a whole column holds an invisible character."""
    return not together.isascii() and INSIDE.search(together) is not None


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
