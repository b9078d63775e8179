"""How a running job ends other than by being done."""

from django.utils.translation import gettext as _


class LeaseLost(Exception):  # noqa: N818 - it is an event, not a fault
    """Someone else runs this job now: stop at once and write nothing."""


class Cancelled(Exception):  # noqa: N818 - it is an event, not a fault
    """Someone asked this job to stop."""


class Stopping(Exception):  # noqa: N818 - it is an event, not a fault
    """This process is shutting down; another one goes on from the checkpoint."""


class JobBusy(Exception):  # noqa: N818 - reads as what is said
    """The job is held by another process, or it is over."""

    def __str__(self) -> str:
        return _("This job is being run elsewhere, or it is over.")
