"""Which two texts are the same one: in Python, and in SQL that both databases index."""

import string
from functools import reduce
from typing import Literal

Sameness = Literal["exactly", "without case", "by digits"]
PUNCTUATION = " .-/()+"
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
DIGITS = str.maketrans(string.ascii_uppercase, string.ascii_lowercase, PUNCTUATION)


def without_case(text: str) -> str:
    """A–Z alone: the same on both databases, whatever the database's locale."""
    return text.translate(LOWER)


def digits_of(text: str) -> str:
    """What is left of a phone or document without its punctuation: digits, and the letters of a new CNPJ as small ones."""
    return text.translate(DIGITS)


def without_punctuation(expression: str) -> str:
    """The first half of `digits_of` as SQL; the other is LOWER in the database's own way."""
    return reduce(lambda inner, mark: f"REPLACE({inner}, '{mark}', '')", PUNCTUATION, expression)
