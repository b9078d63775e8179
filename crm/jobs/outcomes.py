"""How the work of a handler ended, for handlers that also store it elsewhere: on a worksheet, on an undo."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from crm.jobs.errors import Cancelled, LeaseLost
from crm.jobs.executing import INTERRUPTIONS
from crm.jobs.outage import is_away


@contextmanager
def outcome(
    *,
    failed: Callable[[Exception], None],
    cancelled: Callable[[], None] = lambda: None,
    interrupted: Callable[[], None] = lambda: None,
) -> Iterator[None]:
    """Calls back with how the block ended, and raises what ended it. The code after the block runs only if it is done.

    `interrupted` when this process must end. Nothing is called when the work goes on anyway: another process has the
    lease, or the database is away and the handler begins again when it is back.
    """
    try:
        yield
    except Cancelled:
        cancelled()
        raise
    except INTERRUPTIONS:
        interrupted()
        raise
    except LeaseLost:
        raise
    except Exception as error:
        if not is_away(error):
            failed(error)
        raise
