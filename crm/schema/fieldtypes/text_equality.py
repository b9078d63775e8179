"""When two texts count as the same value: in Python, and as SQL expressions that both databases can index."""

import string
from typing import Literal

from crm.rules.digits import digits_of, without_punctuation

__all__ = ["Sameness", "digits_of", "without_case", "without_punctuation"]

Sameness = Literal["exactly", "without case", "by digits"]
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def without_case(text: str) -> str:
    """A–Z alone: the same on both databases, whatever the database's locale."""
    return text.translate(LOWER)
