"""What others changed between the rehearsal and the import: the rehearsal is exact but for this."""

from typing import Any

from django.utils.translation import ngettext

from crm.records import bulk
from crm.records.bulk import preview
from crm.records.models import ChangeSet
from crm.worksheets.models import Worksheet

SHOWN = 200


class Deviated(Exception):
    """Somebody changed what the import is about, and it was to stop at that; `done` is how much was written before."""

    def __init__(self, count: int, *, done: int = 0) -> None:
        said = ngettext(
            "%(n)s of these records was changed by somebody else since the rehearsal.",
            "%(n)s of these records were changed by somebody else since the rehearsal.",
            count,
        )
        super().__init__(said % {"n": count})
        self.done = done


def find_deviations(worksheet: Worksheet, merge: bulk.Merge) -> dict[str, Any]:
    """How many records, and of the first of them row, id, who changed it, when and how. Empty where nobody did, or nobody rehearsed."""
    touched = _touched(worksheet, merge, limit=SHOWN)
    if not touched:
        return {}
    change_sets = ChangeSet.objects.in_bulk({touch.change_set for touch in touched})
    shown = [_told(touch, change_sets[touch.change_set]) for touch in touched if touch.change_set in change_sets]
    return {"count": preview.count_touched(merge, worksheet.rehearsal["change_set"], but=worksheet.change_set), "shown": shown}


def refuse_deviations(worksheet: Worksheet, merge: bulk.Merge, *, done: int = 0) -> None:
    """Raises Deviated."""
    if _touched(worksheet, merge, limit=1):
        raise Deviated(preview.count_touched(merge, worksheet.rehearsal["change_set"], but=worksheet.change_set), done=done)


def _touched(worksheet: Worksheet, merge: bulk.Merge, *, limit: int) -> list[preview.Touch]:
    since: int | None = worksheet.rehearsal.get("change_set")
    if since is None:
        return []
    others = ChangeSet.objects.filter(entity=worksheet.entity, pk__gt=since).exclude(pk=worksheet.change_set or 0)
    if not others.exists():  # mostly: nobody writes in those minutes
        return []
    return preview.touched(merge, since, but=worksheet.change_set, limit=limit)


def _told(touch: preview.Touch, change_set: ChangeSet) -> dict[str, Any]:  # Any: JSON values
    return {
        "row": touch.row,
        "record": touch.record_id,
        "who": change_set.user_name,
        "channel": change_set.channel,
        "reference": change_set.reference,
        "at": change_set.at.isoformat(),
    }
