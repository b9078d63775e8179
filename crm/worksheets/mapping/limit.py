"""How many rows or records an import may touch: a number, or a share such as 5%."""

import re
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from crm.worksheets.errors import InvalidMapping

WRITTEN = re.compile(r"([0-9]{1,12}(?:[.,][0-9]{1,6})?) ?%|([0-9]{1,12})")


@dataclass(frozen=True)
class Limit:
    """`share` of a total if it is given, else a `number`."""

    number: int = 0
    share: Fraction | None = None

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Raises InvalidMapping."""
        found = WRITTEN.fullmatch(text.strip())
        if not found:
            raise InvalidMapping(_("“%s” is no limit: write a number such as 100, or a share such as 5%%.") % text)
        share, number = found.groups()
        if not share:
            return cls(int(number))
        part = Fraction(share.replace(",", ".")) / 100
        if part > 1:
            raise InvalidMapping(_("“%s” is no limit: a share is at most 100%%.") % text)
        return cls(share=part)

    def is_exceeded(self, value: int, *, of: int) -> bool:
        return value > (self.number if self.share is None else self.share * of)
