"""Which two texts are the same one: in Python, and in SQL that both databases index."""

import string
from typing import Literal

from crm.rules.digits import digits_of, without_punctuation

__all__ = ["Sameness", "digits_of", "without_case", "without_punctuation"]

Sameness = Literal["exactly", "without case", "by digits"]
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def without_case(text: str) -> str:
    """A–Z alone: the same on both databases, whatever the database's locale."""
    return text.translate(LOWER)
