"""What the result of a rule depends on besides the record: the time, the time zone, and how texts are compared."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from crm.rules.conditions import Condition
from crm.rules.moments import Clock


@dataclass(frozen=True)
class RuleContext:
    """Search ignores case and accents; promotions are `exact` and
    compare texts as they are. Days begin in `zone`; `now` is aware.

    `is_held` is given for a rule that somebody is writing: a value that is no option of its field is refused unless a record
    holds it. A rule that is stored was right when it was written, and goes on when an option is retired.
    """

    now: datetime
    zone: tzinfo
    exact: bool = False
    is_held: Callable[[Condition], bool] | None = None

    @property
    def clock(self) -> Clock:
        return Clock(self.now, self.zone)
