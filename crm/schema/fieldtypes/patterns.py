"""Patterns of administrators, run by RE2: no pattern takes longer than its text is long."""

from functools import lru_cache
from typing import Any

import re2
from django.utils.translation import gettext as _

from crm.schema.fieldtypes.errors import InvalidValue

LONGEST = 500
MEMORY = 1 << 20  # bytes of a compiled pattern


def _options() -> Any:  # Any: the library has no types
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    return options


OPTIONS = _options()


@lru_cache(maxsize=500)
def compiled(pattern: str) -> Any:  # Any: the library has no types
    """Raises InvalidValue for what RE2 refuses: bad syntax, looking around, back references, too large a pattern."""
    if len(pattern) > LONGEST:
        raise InvalidValue(_("A pattern has at most %s characters.") % LONGEST)
    try:
        return re2.compile(pattern, OPTIONS)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise InvalidValue(
            _("“%(pattern)s” is not a pattern: %(reason)s.") % {"pattern": pattern[:60], "reason": reason}
        ) from None
