"""Why a field refuses a value."""

from typing import Any

from django.utils.translation import gettext as _


class InvalidValue(ValueError):
    """A value that the field refuses; the message is for the person who typed it."""


def must_be(what: str, raw: Any) -> InvalidValue:  # Any: raw values
    return InvalidValue(_("“%(value)s” is not %(what)s.") % {"value": str(raw)[:60], "what": what})
