"""What a cluster may be refused for."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


class InvalidCluster(ValueError):
    """A cluster that cannot be made, changed or answered like this; the message says why."""


class UnknownPast(InvalidCluster):
    """Who was in at a moment of which nothing is known; the message writes since when it is as machines do."""

    def __init__(self, label: str, known_from: datetime) -> None:
        self.label, self.known_from = label, timezone.localtime(known_from)
        super().__init__(self._message(self.known_from.isoformat(timespec="minutes")))

    def for_people(self) -> str:
        return self._message(date_format(self.known_from, "SHORT_DATETIME_FORMAT"))

    def _message(self, at: str) -> str:
        return _("Who was in “%(label)s” is known from %(at)s on.") % {"label": self.label, "at": at}


class InvalidSelection(ValueError):
    """A selection that does not say whom it means; the message says why."""
