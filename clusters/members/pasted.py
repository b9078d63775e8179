"""Lists of people as they are pasted: one a line, each by id, e-mail or document."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from clusters.errors import InvalidSelection
from clusters.members.selecting import MIXED, Selection
from crm.local_numbers import local_number

MOST = 100_000  # lines
SEPARATORS = re.compile(r"[\r\n\t;]+|,\s*(?=\S+@)")


def read_list(text: str) -> Selection:
    """The keys without repetitions. Raises InvalidSelection for nothing, and for too much."""
    keys = list(dict.fromkeys(part.strip() for part in SEPARATORS.split(text) if part.strip()))
    if not keys:
        raise InvalidSelection(_("Nobody is in the list: paste an e-mail, a document or an id a line."))
    refuse_many(keys)
    return Selection(MIXED, keys=keys)


def refuse_many(keys: Sequence[object]) -> None:
    if len(keys) > MOST:
        raise InvalidSelection(_("The list has more than %s lines: import it as a worksheet instead.") % local_number(MOST))
