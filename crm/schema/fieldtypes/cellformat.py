"""How a worksheet, or a person's language, writes dates, decimals and thousands."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class CellFormat:
    """`decimal` is the sign before the decimals; `is_grouped`: the other sign may set thousands apart, 1,234.50.

    Where the comma begins the decimals it was stated or found, and `1.234,50` is read without asking. `has_numbers`: among the
    texts are numbers of a workbook's cells, whose decimals follow a point whatever the sign in the texts.
    """

    dates: Literal["iso", "dmy", "mdy"] = "iso"
    decimal: Literal[".", ","] = "."
    is_grouped: bool = False
    has_numbers: bool = False

    @property
    def reads_groups(self) -> bool:
        return self.is_grouped or self.decimal == ","

    @property
    def is_mixed(self) -> bool:
        """Return True where `1.234` may be a number's text as well as thousands."""
        return self.has_numbers and self.decimal == ","
