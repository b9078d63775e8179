"""Text and whole numbers from the parameters of a request, bounded before anything else sees them."""

from typing import overload

from django.http import QueryDict

LONGEST = 200  # characters
MOST_DIGITS = 18  # fits a bigint of the database


def text_parameter(parameters: QueryDict, name: str, *, longest: int = LONGEST) -> str:
    """Cut to `longest` characters, without NUL, which PostgreSQL refuses, and without spaces around it."""
    return str(parameters.get(name, ""))[:longest].replace("\0", "").strip()


@overload
def number_parameter(parameters: QueryDict, name: str) -> int | None: ...
@overload
def number_parameter(parameters: QueryDict, name: str, default: int) -> int: ...
def number_parameter(parameters: QueryDict, name: str, default: int | None = None) -> int | None:
    """A whole number from zero on, or the default if there is none or it is written otherwise."""
    return whole_number(str(parameters.get(name, "")), default)


@overload
def whole_number(text: str) -> int | None: ...
@overload
def whole_number(text: str, default: int) -> int: ...
@overload
def whole_number(text: str, default: int | None) -> int | None: ...
def whole_number(text: str, default: int | None = None) -> int | None:
    """ASCII digits only: `int` also takes spaces, signs and underscores, and `str.isdigit` is true of `²`."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else default
