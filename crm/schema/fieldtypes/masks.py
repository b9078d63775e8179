"""Masked values, `***` or `529.***.***-25`: what another system shows instead of the value, and nobody wants stored (R-56)."""

import re
from typing import Literal, TypeAlias

from django.utils.translation import gettext as _

from crm.schema.fieldtypes.errors import InvalidValue

Masking: TypeAlias = Literal["whole", "words", "email", "digits"]  # what may be masked: a text as a whole, a word of it, …

SIGNS = frozenset("*•●∗＊")  # noqa: RUF001  # stars and bullets of any width
SIGN = f"[{''.join(SIGNS)}]"
PUNCTUATION = r"\s.\-/()@+"
RUN = re.compile(f"{SIGN}{{3,}}")
SHORT_RUN = re.compile(f"{SIGN}{{2,}}")
ONLY_SIGNS = re.compile(rf"(?:{SIGN}|[{PUNCTUATION}])+")
DIGITS = re.compile(rf"(?:{SIGN}|[{PUNCTUATION}0-9xX])+")
LETTERS = re.compile(r"[xX]{3,}")  # instead of digits
LETTER = re.compile(r"[^\W_]")


def refuse_masked(text: str, masking: Masking) -> None:
    """Raises InvalidValue. Fewer signs are honest: `5*`, `**bold**`, `Hotel *****`."""
    if _is_masked(text, masking):
        raise InvalidValue(_("“%s” is a masked value, not the real one.") % text[:20])


def may_be_masked(text: str, masking: Masking) -> bool:
    """Return False if no part of a long text can be masked, whatever stands between."""
    return not SIGNS.isdisjoint(text) or (masking == "digits" and LETTERS.search(text) is not None)


def _is_masked(text: str, masking: Masking) -> bool:
    if not may_be_masked(text, masking):
        return False
    if RUN.search(text) and ONLY_SIGNS.fullmatch(text):
        return True
    if masking == "email":
        return SHORT_RUN.search(text) is not None
    if masking == "digits" and DIGITS.fullmatch(text):
        return (SHORT_RUN.search(text) or LETTERS.search(text)) is not None
    return masking != "whole" and any(RUN.search(word) and LETTER.search(word) for word in text.split())
