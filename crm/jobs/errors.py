"""How a running job ends other than by being done."""

from django.utils.translation import gettext as _


class LeaseLost(Exception):
    """Someone else runs this job now: stop at once and write nothing."""


class Cancelled(Exception):
    """Someone asked this job to stop."""


class Stopping(Exception):
    """This process is shutting down; another one goes on from the checkpoint."""


class JobBusy(Exception):
    """The job is held by another process, or it is over."""

    def __str__(self) -> str:
        return _("This job is being run elsewhere, or it is over.")
