"""How many members *make it exactly this list* may let leave: a list that shrank by mistake stops."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.errors import InvalidCluster, InvalidSelection
from crm.local_numbers import local_number
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.mapping.limit import Limit

USUAL, ALL = "20%", "100%"


class TooManyLeave(InvalidCluster):
    """More would leave than may; nothing was written. `value` is how many."""

    def __init__(self, value: int, allowed: str) -> None:
        words = {"n": local_number(value), "allowed": allowed}
        sentence = ngettext(
            "%(n)s record would leave; at most %(allowed)s may.", "%(n)s records would leave; at most %(allowed)s may.", value
        )
        super().__init__(" ".join([_("Stopped; nothing was written."), sentence % words]))
        self.value = value


def refuse_beyond(allowed: str, leaving: int, *, of: int) -> None:
    """Raises TooManyLeave, InvalidSelection for what is no limit."""
    try:
        limit = Limit.parse(allowed)
    except InvalidMapping as refusal:
        raise InvalidSelection(str(refusal)) from refusal
    if limit.is_exceeded(leaving, of=of):
        raise TooManyLeave(leaving, allowed)
