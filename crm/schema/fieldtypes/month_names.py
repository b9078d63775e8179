"""Months by their names, long and short, in the languages of the pages: `mar`, `março`, `sept.`, `December`."""

from functools import cache

from babel.dates import get_month_names

LOCALES = ("en", "pt_BR", "es")


@cache
def _months() -> dict[str, int]:
    """None of the languages calls one month as another calls a different one."""
    return {
        str(name).rstrip(".").lower(): month
        for locale in LOCALES
        for width in ("wide", "abbreviated")
        for month, name in get_month_names(width, locale=locale).items()  # type: ignore[arg-type]
    } | {"set": 9, "sep": 9}


def month_of(name: str) -> str:
    """`03`; empty for what is no month."""
    month = _months().get(name.lower())
    return f"{month:02}" if month else ""
