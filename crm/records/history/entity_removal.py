"""What is kept of an entity's records beside their table, taken away when the entity is deleted for good: files, history, counters."""

from crm.extensions import extensions
from crm.records.models import Attachment, RecordChange
from crm.records.writing.numbering import forget_counters
from crm.schema.definitions import EntityDefinition

FILES = 500  # deleted between two looks
CHANGES = 20_000


def connect() -> None:
    extensions.keepers["records"] = forget


def forget(entity: EntityDefinition) -> None:
    """A batch at a time, and from wherever it was interrupted: what is gone is not found again."""
    _forget_files(entity.acronym)
    _forget_changes(entity.acronym)
    forget_counters(entity)


def _forget_files(acronym: str) -> None:
    while batch := list(Attachment.objects.filter(entity=acronym)[:FILES]):
        for attachment in batch:
            attachment.file.delete(save=False)
        Attachment.objects.filter(pk__in=[attachment.pk for attachment in batch]).delete()


def _forget_changes(acronym: str) -> None:
    """Who changed how many records and when stays in the change-sets; what was in them does not."""
    changes = RecordChange.objects.filter(entity=acronym)
    while batch := list(changes.order_by("record_id", "id").values_list("pk", flat=True)[:CHANGES]):
        changes.filter(pk__in=batch).delete()
