"""Why a rule is refused: the reason, its position, and often a suggestion."""

from typing import TypeAlias

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Translatable: TypeAlias = str | Promise  # text that may still have to be translated


class RuleError(Exception):
    """`position` counts characters from 0; `expected` says what could stand there; `suggestion` is a field's name."""

    def __init__(
        self, reason: Translatable, position: int = 0, *, expected: tuple[Translatable, ...] = (), suggestion: str = ""
    ) -> None:
        super().__init__(reason, position)
        self.reason = reason
        self.position = position
        self.expected = expected
        self.suggestion = suggestion

    def __str__(self) -> str:
        return " ".join(part for part in (self._at(), self._expected(), self._suggested()) if part)

    def _at(self) -> str:
        return _("%(reason)s (character %(n)s)") % {"reason": self.reason, "n": counted(self.position + 1)}

    def _expected(self) -> str:
        what = ", ".join(str(word) for word in self.expected)
        return _("Expected: %s.") % what if what else ""

    def _suggested(self) -> str:
        return _("Did you mean “%s”?") % self.suggestion if self.suggestion else ""


def counted(number: int) -> str:
    """`10,000` as the reader's language writes it."""
    return str(number_format(number, use_l10n=True, force_grouping=True))
