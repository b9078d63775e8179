"""What an entity's records have outside their table, removed when the entity is deleted for good: files, history, counters."""

from collections.abc import Sequence

from crm.records.models import Attachment, RecordChange
from crm.records.writing.numbering import forget_counters

FILES = 500  # deleted between two looks
CHANGES = 20_000


def forget(acronym: str, names: Sequence[str]) -> None:
    """A batch at a time, and from wherever it was interrupted: what
    is gone is not found again. `names` are those of the fields."""
    _forget_files(acronym)
    _forget_changes(acronym)
    forget_counters(acronym, names)


def _forget_files(acronym: str) -> None:
    while batch := list(Attachment.objects.filter(entity=acronym)[:FILES]):
        for attachment in batch:
            attachment.file.delete(save=False)
        Attachment.objects.filter(pk__in=[attachment.pk for attachment in batch]).delete()


def _forget_changes(acronym: str) -> None:
    """The change-sets remain: who changed how many records, and when, without any content."""
    changes = RecordChange.objects.filter(entity=acronym)
    while batch := list(changes.order_by("record_id", "id").values_list("pk", flat=True)[:CHANGES]):
        changes.filter(pk__in=batch).delete()
