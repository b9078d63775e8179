"""Numbers and dates as the active language writes them: what people type into visible inputs, and what inputs show."""

from datetime import time
from decimal import Decimal

from babel.numbers import format_currency
from django.utils import formats
from django.utils.translation import get_language, to_locale

from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.money import store_currency


class TypedText(str):
    """What a person typed into a visible input: read as the active language writes it, then in the machine's form."""

    __slots__ = ()


def as_typed(raw: object) -> object:
    """What an input sent, marked as typed where it is text."""
    return TypedText(raw) if isinstance(raw, str) else raw


def local_format() -> CellFormat:
    """How the active language writes dates, decimals and thousands."""
    dates = "dmy" if formats.get_format("SHORT_DATE_FORMAT").startswith("d") else "mdy"
    decimal = "," if formats.get_format("DECIMAL_SEPARATOR") == "," else "."
    return CellFormat(dates, decimal, is_grouped=True)  # type: ignore[arg-type]  # both are among its words


def local_money(value: Decimal) -> str:
    """`R$ 1.234,50`: in the currency of the site's country."""
    return format_currency(value, store_currency(), locale=to_locale(get_language() or "en"))


def local_time(value: time) -> str:
    """With seconds where there are any."""
    form = formats.get_format("TIME_FORMAT")
    return str(formats.time_format(value, form.replace("i", "i:s") if value.second else form))
