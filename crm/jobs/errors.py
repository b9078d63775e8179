"""Exceptions that end a running job before it is finished."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LeaseLost(Exception):
    """Another process runs this job now: stop at once and write nothing."""


class Cancelled(Exception):
    """Someone asked this job to stop."""


class Stopping(Exception):
    """This process is shutting down; another one continues from the checkpoint."""


class DatabaseLost(Exception):
    """The database went away so often at the same point that the work itself may be the cause."""

    def __init__(self, times: int) -> None:
        super().__init__(times)
        self.times = times

    def __str__(self) -> str:
        lost = ngettext(
            "The database went away %(n)s time at this place.", "The database went away %(n)s times at this place.", self.times
        )
        advice = _("It may be short of memory; ask its administrator before you go on.")
        return f"{lost % {'n': self.times}} {advice}"


class NotAllowed(Exception):
    """The person who started the job may no longer do what it does; the message says why, without a name."""

    def __str__(self) -> str:
        advice = _(
            "So it was not run. Someone who may do it can start a new one; for an import: import the same file again, or undo it."
        )
        return f"{self.args[0]} {advice}"


class JobBusy(Exception):
    """The job is held by another process, or it is over."""

    def __str__(self) -> str:
        return _("This job is being run elsewhere, or it is over.")
