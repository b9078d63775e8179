"""What the result of a rule depends on besides the record: the time, the time zone, and how texts are compared."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from crm.rules.moments import Clock


@dataclass(frozen=True)
class RuleContext:
    """Search ignores case and accents; promotions are `exact` and
    compare texts as they are. Days begin in `zone`; `now` is aware."""

    now: datetime
    zone: tzinfo
    exact: bool = False

    @property
    def clock(self) -> Clock:
        return Clock(self.now, self.zone)
