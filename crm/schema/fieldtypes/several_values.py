"""Several values in a cell that takes one, as address books write them: `a@example.com ::: b@example.com`."""

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from crm.schema.fieldtypes.errors import InvalidValue, quoted

BETWEEN = re.compile(r"\s*(?::::|[;,|/&\n]|\s(?:e|y|o|ou|or|and)\s)\s*", re.IGNORECASE)
BLANKS = re.compile(r"[\s;,|/&:]+")


def refuse_several(text: str, is_one: Callable[[str], object], between: re.Pattern[str] = BETWEEN) -> None:
    """Raises InvalidValue where every part of a text is a value: which of them is meant, nobody but its owner knows."""
    parts = [part for part in between.split(text) if part]
    if len(parts) > 1 and all(map(is_one, parts)):
        words = {"value": quoted(text), "n": len(parts)}
        raise InvalidValue(_("“%(value)s” holds %(n)s values: leave the one that is meant.") % words)
