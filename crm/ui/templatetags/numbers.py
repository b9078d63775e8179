"""Numbers as pages write them."""

from django import template
from django.utils.formats import number_format

register = template.Library()
MINUS = "\N{MINUS SIGN}"  # as wide as a plus, which a hyphen is not


@register.filter
def signed(change: int) -> str:
    """With its sign, and thousands set apart: `+1,234`."""
    digits = number_format(abs(change), use_l10n=True, force_grouping=True)
    return f"{'+' if change > 0 else MINUS if change < 0 else ''}{digits}"
