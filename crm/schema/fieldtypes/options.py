"""The options that field types take, as data: editor, command and checks are made from it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.fieldtypes.patterns import compiled

Limit = Callable[[Any], str]  # why a typed value is refused; empty when it is not
# "value" is a value of the field's own type, "entity" an acronym, "field" a field of that entity, "word" one of `words`.
OptionKind = Literal["value", "pattern", "choices", "entity", "field", "megabytes", "word", "flag", "rule"]


@dataclass(frozen=True)
class TypeOption:
    """One option: its name in `FieldDefinition.options`, what it holds, what the editor says of it.

    `limit` makes of the option's value, and of that value as text, what refuses a field's values.
    """

    name: str
    kind: OptionKind
    label: str | Promise
    help: str | Promise = ""
    required: bool = False
    words: tuple[tuple[str, str | Promise], ...] = ()
    limit: Callable[[Any, str], Limit] | None = None


def refusing(fits: Callable[[Any], object], reason: Callable[[], str]) -> Limit:  # Any: what the type's values are
    """The reason is worded once: to translate it for each of 100,000 values takes a second."""
    worded = cache(reason)
    return lambda value: "" if fits(value) else worded()


def at_least(lowest: Any, text: str) -> Limit:  # Any: what the type's values are
    return refusing(lambda value: value >= lowest, lambda: _("The smallest value that the field takes is %s.") % text)


def at_most(highest: Any, text: str) -> Limit:  # Any: what the type's values are
    return refusing(lambda value: value <= highest, lambda: _("The largest value that the field takes is %s.") % text)


def like(pattern: str, _text: str) -> Limit:
    """Refuses texts that the whole pattern does not fit, in a time that grows with the text alone."""
    try:
        fits = compiled(pattern).fullmatch
    except InvalidValue:  # of a release that knew other patterns: nobody who writes a record can help it
        return lambda _value: ""
    return refusing(fits, lambda: _("The text does not fit the pattern %s.") % pattern)


MINIMUM = TypeOption("minimum", "value", gettext_lazy("Smallest value"), limit=at_least)
MAXIMUM = TypeOption("maximum", "value", gettext_lazy("Largest value"), limit=at_most)
RANGE = (MINIMUM, MAXIMUM)
PATTERN = TypeOption(
    "pattern",
    "pattern",
    gettext_lazy("Pattern"),
    gettext_lazy("A regular expression (RE2) that the whole text must fit, such as [A-Z]{3}-[0-9]{4}."),
    limit=like,
)
BY_DIGITS = TypeOption(
    "by_digits",
    "flag",
    gettext_lazy("Found by digits"),
    gettext_lazy("Searches find the text with and without its punctuation, as of a document's number."),
)
CHOICES = TypeOption(
    "choices",
    "choices",
    gettext_lazy("Options"),
    gettext_lazy("One a line, in the order in which they are shown. A label in your language may follow: gold = Gold."),
    required=True,
)
