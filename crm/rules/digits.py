"""Phones and documents without their punctuation, removed alike by Python and both databases."""

import string
from functools import reduce

PUNCTUATION = " .-/()+"
BARE = str.maketrans(string.ascii_uppercase, string.ascii_lowercase, PUNCTUATION)
DIGITS = frozenset(string.digits)
WRITTEN = frozenset(string.digits + string.ascii_letters + PUNCTUATION)


def digits_of(text: str) -> str:
    """What is left of a phone or document: digits, and the letters of a new CNPJ as small ones."""
    return text.translate(BARE)


def without_punctuation(expression: str) -> str:
    """The first half of `digits_of` as SQL; the other is LOWER in the database's own way."""
    return reduce(lambda inner, mark: f"REPLACE({inner}, '{mark}', '')", PUNCTUATION, expression)


def is_number(text: str) -> bool:
    """Return True if a text has digits, and nothing but digits and punctuation."""
    return not DIGITS.isdisjoint(text) and DIGITS.union(PUNCTUATION).issuperset(text)


def has_digits(text: str) -> bool:
    """Return True if a text could be a document with letters."""
    return not DIGITS.isdisjoint(text) and WRITTEN.issuperset(text)
