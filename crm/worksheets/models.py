"""Imports: the file, what was chosen for it, and the result; and how earlier files with the same columns were read."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.people.naming import person_label
from crm.worksheets.results import Counts, Rehearsal


class WorksheetState(models.TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    REHEARSED = "rehearsed", _("Rehearsed")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    PARTLY = "partly", _("Done, with refused rows")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    INTERRUPTED = "interrupted", _("Interrupted")


class Worksheet(models.Model):
    """One upload. `choices` are the options of contract §2; `counts` what the rehearsal or the import counted.

    `cluster` is the field of the cluster that the list was uploaded for. `look` is the inspection of its cells, `rehearsal`
    what the rehearsal found beyond the counts, `phases` how long the import took in all its runs, `deviations` what others
    changed between rehearsal and import, `released` by limit the value up to
    which a manager let the import go on, who and when.
    """

    number = models.BigAutoField(primary_key=True)
    entity = models.CharField(max_length=10)
    cluster = models.CharField(max_length=50, blank=True)
    file = models.FileField(upload_to="worksheets/")
    name = models.CharField(max_length=255)
    choices = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=WorksheetState, default=WorksheetState.UPLOADED)
    counts = models.JSONField(default=dict)
    look = models.JSONField(default=dict)
    rehearsal = models.JSONField(default=dict)
    phases = models.JSONField(default=list)
    deviations = models.JSONField(default=dict)
    released = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    publication = models.PositiveIntegerField(null=True)
    change_set = models.BigIntegerField(null=True)
    job = models.UUIDField(null=True)
    seconds = models.FloatField(null=True)
    runs = models.PositiveIntegerField(db_default=0)  # of its import: more than one where it was interrupted
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)  # the file, what is staged of it and its refused cells are gone
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"#{self.number} {self.name}".strip()

    def get_absolute_url(self) -> str:
        return f"/worksheets/{self.number}/"

    @property
    def who(self) -> str:
        """As pages name whoever uploaded it."""
        return person_label(self.created_by)

    @property
    def staging(self) -> str:
        """The table of its staged rows."""
        return f"staging_{self.number}"

    @property
    def tally(self) -> Counts:
        return Counts.from_json(self.counts)

    @property
    def last_rehearsal(self) -> Rehearsal:
        return Rehearsal.from_json(self.rehearsal)


class RowError(models.Model):
    """Why one row was refused. `cause` is the reason without the value, by which alike refusals are grouped.

    `is_cell`: refused while its cells were read, whatever the records hold.
    """

    worksheet = models.ForeignKey(Worksheet, models.CASCADE, related_name="row_errors")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=255, blank=True)
    value = models.CharField(max_length=255, blank=True)
    reason = models.TextField()
    cause = models.CharField(max_length=255, blank=True)
    is_cell = models.BooleanField(default=True)

    class Meta:
        ordering = ["row", "id"]

    def __str__(self) -> str:
        return gettext("Row %(row)s, %(column)s: %(reason)s") % {
            "row": self.row,
            "column": self.column or "–",
            "reason": self.reason,
        }


class LeftOutCell(models.Model):
    """One cell that was refused and read as empty, while the rest of its row was taken. After the purge without its value."""

    worksheet = models.ForeignKey(Worksheet, models.CASCADE, related_name="left_out_cells")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=255, blank=True)
    value = models.CharField(max_length=255, blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ["row", "id"]

    def __str__(self) -> str:
        return gettext("Row %(row)s, %(column)s: %(reason)s") % {
            "row": self.row,
            "column": self.column or "–",
            "reason": self.reason,
        }


class Recipe(models.Model):
    """How the columns of this fingerprint were read the last time, for an entity or one of its clusters.

    `name` is how people and commands call it; those of older releases have none.
    """

    name = models.CharField(max_length=100, blank=True, default="")
    entity = models.CharField(max_length=10)
    cluster = models.CharField(max_length=50, blank=True)
    fingerprint = models.CharField(max_length=64)
    choices = models.JSONField(default=dict)
    worksheet = models.BigIntegerField()  # its number: the worksheet itself may be gone
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-used_at"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "cluster", "fingerprint"], name="recipe_once"),
            models.UniqueConstraint(Lower("name"), condition=~models.Q(name=""), name="recipe_named_once"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.entity} {self.cluster} #{self.worksheet}"
