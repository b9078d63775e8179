"""Numbers as the active language writes them."""

from django.utils.formats import number_format


def local_number(value: object, places: int | None = None) -> str:
    """`1.234,50`: with thousands set apart."""
    return str(number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True))  # type: ignore[arg-type]  # as text
