"""The change history: one change-set per write, one record change per record that it wrote."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.people.naming import actor_label


class ChangeSet(models.Model):
    """Who wrote, when, by which channel, and what."""

    class Kind(models.TextChoices):
        WRITE = "write"
        UNDO = "undo"
        REDO = "redo"  # the undo of an undo

    at = models.DateTimeField(default=timezone.now, db_index=True)
    # Without a constraint: history outlives the user.
    user = models.UUIDField(null=True)
    user_name = models.CharField(max_length=254, blank=True, default="")
    channel = models.CharField(max_length=20)
    reference = models.CharField(max_length=100, blank=True, default="")
    entity = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.WRITE)
    summary = models.CharField(max_length=200, blank=True, default="")
    # What the fields were when this was written: an undo must not put back a value into another kind of field.
    publication = models.PositiveIntegerField(null=True)
    # The change-set that this one undoes, and the first one of such a chain.
    undoes = models.BigIntegerField(null=True)
    root = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["undoes"], name="changeset_undoes", condition=models.Q(undoes__isnull=False))]

    def __str__(self) -> str:
        return f"{self.entity} {self.id}"

    @property
    def who(self) -> str:
        """As pages name whoever acted."""
        return actor_label(self.user_name, self.user)

    @property
    def family(self) -> int:
        """A write, its undo, the undo of that and so on are one family: every second of them cancels the one before."""
        return self.root or self.pk


class Counter(models.Model):
    """The last number that a field gave out, on SQLite (see `numbering`)."""

    name = models.CharField(max_length=30, unique=True)
    last = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


def attachment_place(attachment: "Attachment", _name: str) -> str:
    """Without the uploader's name and ending, so that no server would serve it as a page or a program."""
    return f"attachments/{attachment.pk.hex[-2:]}/{attachment.pk.hex}"


class Attachment(models.Model):
    """A stored file. Which ones a record has now, its own field says (`fieldtypes.file`); the history may bring others back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entity = models.CharField(max_length=20)
    record_id = models.CharField(max_length=100)
    field = models.CharField(max_length=50)
    name = models.CharField(max_length=120)
    size = models.BigIntegerField()
    file = models.FileField(upload_to=attachment_place, max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    unused_since = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["entity", "record_id"], name="attachment_of_record")]

    def __str__(self) -> str:
        return self.name


class RecordChange(models.Model):
    """What one record held before: changed fields of an update, nothing for a creation, everything for a deletion.

    A change-set changes a record at most once. An update or deletion that holds nothing was erased for privacy. `at` is
    when it was written, which for a worksheet that was resumed on another day is later than its change-set. On PostgreSQL the
    table is partitioned by month of `at` (see `partitions`), so it has no primary key of its own.
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


class Undo(models.Model):
    """The undo of a change-set, or with `entity` and `record_id` of
    one record in it: what was found or done, and by which job."""

    class State(models.TextChoices):
        REHEARSING = "rehearsing", _("Being rehearsed")
        REHEARSED = "rehearsed", _("Rehearsed")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")

    target = models.ForeignKey(ChangeSet, models.CASCADE, db_constraint=False, related_name="undos")
    entity = models.CharField(max_length=20, blank=True, default="")
    record_id = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=12, choices=State, default=State.REHEARSING)
    counts = models.JSONField(default=dict)
    because = models.JSONField(default=list)  # [{"reason", "other", "count"}]: why things are kept, most of them first
    change_set = models.OneToOneField(ChangeSet, models.SET_NULL, null=True, related_name="undo")
    job = models.UUIDField(null=True)
    problem = models.TextField(blank=True)
    seconds = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.target_id} {self.record_id}".strip()

    def get_absolute_url(self) -> str:
        return f"/worksheets/undo/{self.pk}/"

    @property
    def is_redo(self) -> bool:
        return self.target.kind == ChangeSet.Kind.UNDO


class Kept(models.Model):
    """What an undo leaves as it is, a field or (without one) the whole record, and why. Holds no values."""

    class Reason(models.TextChoices):
        CHANGED = "changed"  # `other` is the change-set
        REFERRED = "referred"  # `other` is the record, as ENTITY-id
        UNIQUE = "unique"  # `other` is the record that holds the value
        MISSING = "missing"  # what the value refers to is gone
        LOST = "lost"
        ERASED = "erased"
        TOO_LONG = "too_long"  # for an index

    undo = models.ForeignKey(Undo, models.CASCADE, related_name="kept", db_index=False)
    entity = models.CharField(max_length=20, default="")
    record_id = models.CharField(max_length=100)
    field = models.CharField(max_length=50, blank=True)
    reason = models.CharField(max_length=10, choices=Reason)
    other = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["undo", "id"], name="kept_of_undo")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.field}: {self.reason}"
