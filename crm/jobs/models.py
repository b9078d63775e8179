"""Jobs in the background with their progress, and schedules."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.jobs.labels import label_of, phase_label


class JobState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    INTERRUPTED = "interrupted", _("interrupted")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


WAITING = (JobState.QUEUED, JobState.INTERRUPTED)
ACTIVE = (*WAITING, JobState.RUNNING)


class Job(models.Model):
    """One piece of work. The process that holds the lease runs it; a lease that was not renewed is free to be taken."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=50)
    subject = models.CharField(max_length=200, blank=True)
    entity = models.CharField(max_length=50, blank=True)
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.QUEUED)
    created_by = models.UUIDField(null=True, blank=True)
    language = models.CharField(max_length=10, db_default="")  # of the person who started it: messages are stored in it

    phase = models.CharField(max_length=100, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    rate = models.FloatField(null=True, blank=True)  # steps a second in this phase
    phase_started_at = models.DateTimeField(null=True, blank=True)
    phase_started_with = models.BigIntegerField(default=0)

    lease = models.CharField(max_length=36, null=True, blank=True)
    lease_expires = models.DateTimeField(null=True, blank=True)
    heartbeat = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    # The newest row of the task queue that is to run this job.
    task_id = models.CharField(max_length=64, blank=True)
    enqueued_at = models.DateTimeField(null=True, blank=True)

    checkpoint = models.JSONField(default=dict, blank=True)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)
    away_seconds = models.FloatField(db_default=0)  # how long it waited for a database that did not answer

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="job_newest"),
            models.Index(fields=["state", "lease_expires"], name="job_active", condition=Q(state__in=ACTIVE)),
            models.Index(fields=["kind", "subject"], name="job_subject"),
        ]

    def __str__(self) -> str:
        return f"{label_of(self.kind)} {self.subject}".strip()

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_stalled(self) -> bool:
        """Return True if its process gave no sign of life for so long that another may take it."""
        return self.state == JobState.RUNNING and self.lease_expires is not None and self.lease_expires < timezone.now()

    @property
    def whole_away_seconds(self) -> int:
        return max(1, round(self.away_seconds))

    @property
    def shown_since(self) -> datetime:
        return self.started_at or self.created_at

    @property
    def phase_label(self) -> str:
        return phase_label(self.kind, self.phase)

    @property
    def percent(self) -> int | None:
        return min(100, self.done * 100 // self.total) if self.total else None


class Schedule(models.Model):
    """A kind of job that is started at intervals. The process that advances `next_run` starts that run."""

    kind = models.CharField(max_length=50, unique=True)
    every = models.PositiveIntegerField(help_text=_("Seconds from one run to the next."))
    last_run = models.DateTimeField(null=True, blank=True)
    next_run = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.kind
