"""Characters that nobody can see: two texts look alike and are not, or an address looks right and is refused."""

import re

# Soft hyphens, blanks of no width, directional marks, byte-order marks. Joiners and tags within emoji are among the signs
# that letters need, so that only the ends of ordinary texts lose them.
INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
INSIDE = re.compile(f"[{INVISIBLE}]")
AT_ENDS = re.compile(rf"\A[\s{INVISIBLE}]+|[\s{INVISIBLE}]+\Z")


def trimmed(text: str) -> str:
    """Without blanks and invisible characters at its ends."""
    return text.strip() if text.isascii() else AT_ENDS.sub("", text)


def invisible_code(text: str) -> str:
    """The first invisible character within a text as `U+200B`; empty if there is none."""
    found = None if text.isascii() else INSIDE.search(trimmed(text))
    return f"U+{ord(found[0]):04X}" if found else ""
