"""Why a field refuses a value."""

from typing import Any

from django.utils.translation import gettext as _


class InvalidValue(ValueError):
    """A value that the field refuses; the message is for the person who typed it."""


def must_be(what: str, raw: Any) -> InvalidValue:  # Any: raw values
    return InvalidValue(_("“%(value)s” is not %(what)s.") % {"value": quoted(raw), "what": what})


def quoted(raw: Any) -> str:  # Any: raw values
    """The beginning of a raw value, as a reason may say it: without NUL, which PostgreSQL does not store."""
    return str(raw).strip()[:60].replace("\x00", "\ufffd")
