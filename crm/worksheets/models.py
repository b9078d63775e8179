"""Imports: the file, what was chosen for it, and what came of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    REHEARSED = "rehearsed", _("Rehearsed")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    PARTLY = "partly", _("Done, with refused rows")
    FAILED = "failed", _("Failed")


class Worksheet(models.Model):
    """One upload. `choices` are the options of contract §2; `counts` what the rehearsal or the import counted."""

    number = models.BigAutoField(primary_key=True)
    entity = models.CharField(max_length=10)
    file = models.FileField(upload_to="worksheets/")
    name = models.CharField(max_length=255)
    choices = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State, default=State.UPLOADED)
    counts = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    publication = models.PositiveIntegerField(null=True)
    change_set = models.BigIntegerField(null=True)
    job = models.UUIDField(null=True)
    seconds = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"#{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return f"/worksheets/{self.number}/"


class RowError(models.Model):
    """Why one row was refused."""

    worksheet = models.ForeignKey(Worksheet, models.CASCADE, related_name="row_errors")
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
