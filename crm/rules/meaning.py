"""Which of its two meanings a rule has: that of search, or the exact one of promotions; and when it is asked."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from crm.rules.moments import Now


@dataclass(frozen=True)
class Meaning:
    """Search ignores case and accents; `exact` compares texts as they are. Days begin in `zone`; `now` is aware."""

    now: datetime
    zone: tzinfo
    exact: bool = False

    @property
    def clock(self) -> Now:
        return Now(self.now, self.zone)
