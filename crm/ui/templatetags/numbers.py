"""Numbers as pages write them."""

from django import template

from crm.local_numbers import local_number

register = template.Library()
MINUS = "\N{MINUS SIGN}"  # as wide as a plus, which a hyphen is not


@register.filter
def signed(change: int) -> str:
    """With its sign, and thousands set apart: `+1,234`."""
    digits = local_number(abs(change))
    return f"{'+' if change > 0 else MINUS if change < 0 else ''}{digits}"


@register.filter
def taken(seconds: float) -> str:
    """Of what took less than a second the hundredths, and at least one: nothing takes no time."""
    shown = f"{seconds:.1f}" if seconds >= 1 else f"{max(seconds, 0.01):.2f}"
    return local_number(shown)
