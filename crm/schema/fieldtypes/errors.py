"""Why a field refuses a value."""

from typing import Any

from django.utils.translation import gettext as _

from crm.schema.fieldtypes.invisible import invisible_code, trimmed


class InvalidValue(ValueError):
    """A value that the field refuses; the message is for the person who typed it."""


def must_be(what: str, raw: Any, *, without_blanks: bool = False) -> InvalidValue:  # Any: raw values
    if code := invisible_code(str(raw), with_blanks=without_blanks):
        return holds_invisible(str(raw), code)
    return InvalidValue(_("“%(value)s” is not %(what)s.") % {"value": quoted(raw), "what": what})


def holds_invisible(text: str, code: str) -> InvalidValue:
    """Names what cannot be seen in a text that looks right."""
    return InvalidValue(_("“%(value)s” holds an invisible %(code)s.") % {"value": quoted(text), "code": code})


def quoted(raw: Any) -> str:  # Any: raw values
    """The beginning of a raw value, as a reason may say it: without NUL, which PostgreSQL does not store."""
    return trimmed(str(raw))[:60].replace("\x00", "\ufffd")
