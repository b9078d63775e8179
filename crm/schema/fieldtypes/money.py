"""The currency signs that may stand beside an amount: those of the store's currency. Another one is refused, never dropped."""

import re
from functools import cache

from babel.numbers import get_currency_symbol, get_territory_currencies
from django.conf import settings
from django.utils.translation import gettext as _

from crm.schema.fieldtypes.errors import InvalidValue, quoted

SIGN = r"(?:[A-Z]{1,3}\$|[$€£¥]|BRL|USD|EUR)"
MONEY = re.compile(rf"(?:{SIGN}\s*)(?=.)|\s*{SIGN}\Z")
LOCALES = ("en", "pt_BR", "es")


def store_currency() -> str:
    """Its code, `BRL`: the currency of the site's country."""
    return str(get_territory_currencies(settings.COUNTRY)[0])


def refuse_other_currency(text: str) -> None:
    """Raises InvalidValue for an amount of another currency: its number alone would be another amount."""
    is_bare = text[:1].isdigit() and text[-1:].isdigit()  # as nearly all are
    found = None if is_bare else MONEY.search(text)
    if found and found[0].strip() not in _signs(store_currency()):
        words = {"value": quoted(text), "currency": store_currency()}
        raise InvalidValue(_("“%(value)s” is not in the store's currency, %(currency)s.") % words)


@cache
def _signs(currency: str) -> frozenset[str]:
    """`R$`, `BRL` and `$`: a bare dollar sign is any currency's that has one of its own."""
    signs = {currency, *(get_currency_symbol(currency, locale) for locale in LOCALES)}
    return frozenset(signs | ({"$"} if any(sign.endswith("$") for sign in signs) else set()))
