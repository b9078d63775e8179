"""The change history: one change-set per act, one record change per record that it touched."""

from django.db import models
from django.utils import timezone


class ChangeSet(models.Model):
    """Who wrote, when, by which channel, and what the act was."""

    class Kind(models.TextChoices):
        WRITE = "write"
        UNDO = "undo"

    at = models.DateTimeField(default=timezone.now, db_index=True)
    # Without a constraint: history outlives the user.
    user = models.UUIDField(null=True)
    user_name = models.CharField(max_length=254, blank=True, default="")
    channel = models.CharField(max_length=20)
    reference = models.CharField(max_length=100, blank=True, default="")
    entity = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.WRITE)
    summary = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.entity} {self.id}"


class RecordChange(models.Model):
    """What one record held before: changed fields of an update, nothing for a creation, everything for a deletion.

    On PostgreSQL the table is partitioned by month of `at` (see `partitions`), so it has no primary key of its own.
    """

    class Kind(models.TextChoices):
        CREATE = "c"
        UPDATE = "u"
        DELETE = "d"

    # Without a constraint: a check per row would slow a million-row worksheet down; a change-set is never deleted alone.
    change_set = models.ForeignKey(ChangeSet, models.DO_NOTHING, db_constraint=False, related_name="changes")
    entity = models.CharField(max_length=20)
    record_id = models.CharField(max_length=100)
    row = models.IntegerField(null=True)
    kind = models.CharField(max_length=1, choices=Kind)
    before = models.JSONField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["entity", "record_id", "id"], name="recordchange_of_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.entity} {self.record_id}"
