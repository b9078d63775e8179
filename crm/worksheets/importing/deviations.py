"""What others changed between the rehearsal and the import: the only way in which an import can differ from its rehearsal."""

from typing import Any

from django.utils.translation import ngettext

from crm.local_numbers import local_number
from crm.records.bulk import preview
from crm.records.models import ChangeSet
from crm.worksheets.importing.preparing import Prepared

SHOWN = 200


class Deviated(Exception):
    """Somebody changed records of the import, which was to stop in that case; `done` is how much was already written."""

    def __init__(self, count: int, *, done: int = 0) -> None:
        message = ngettext(
            "%(n)s of these records was changed by somebody else since the rehearsal.",
            "%(n)s of these records were changed by somebody else since the rehearsal.",
            count,
        )
        super().__init__(message % {"n": local_number(count)})
        self.done = done


def find_deviations(prepared: Prepared) -> dict[str, Any]:  # Any: JSON values
    """How many records, and of the first ones row, id, who changed
    it, when and how. Empty if there are none, or nobody rehearsed."""
    touched = _touched(prepared, limit=SHOWN)
    if not touched:
        return {}
    change_sets = ChangeSet.objects.in_bulk({touch.change_set for touch in touched})
    shown = [_to_json(touch, change_sets[touch.change_set]) for touch in touched if touch.change_set in change_sets]
    return {"count": _count(prepared), "shown": shown}


def refuse_deviations(prepared: Prepared, *, done: int = 0) -> None:
    """Raises Deviated."""
    if _touched(prepared, limit=1):
        raise Deviated(_count(prepared), done=done)


def _touched(prepared: Prepared, *, limit: int) -> list[preview.Touch]:
    worksheet, since = prepared.worksheet, prepared.worksheet.last_rehearsal.change_set
    if since is None:
        return []
    others = ChangeSet.objects.filter(entity=worksheet.entity, pk__gt=since).exclude(pk=worksheet.change_set or 0)
    if not others.exists():  # mostly: nobody writes in those minutes
        return []
    return preview.touched(prepared.merge, since, but=worksheet.change_set, limit=limit)


def _count(prepared: Prepared) -> int:
    worksheet = prepared.worksheet
    return preview.count_touched(prepared.merge, worksheet.last_rehearsal.change_set or 0, but=worksheet.change_set)


def _to_json(touch: preview.Touch, change_set: ChangeSet) -> dict[str, Any]:  # Any: JSON values
    return {
        "row": touch.row,
        "record": touch.record_id,
        "who": change_set.user_name,
        "channel": change_set.channel,
        "reference": change_set.reference,
        "at": change_set.at.isoformat(),
    }
