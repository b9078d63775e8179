"""The catalogue: each cluster's name, entity and rule; its members over time; its exports on a schedule."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.schema.definitions import in_language


class Cluster(models.Model):
    """A named group of records of one entity: those for which its rule holds.

    The rule asks for one value of one field: `Dealers=true` of a Boolean or Rule field, `tier=Gold` of a Choice or text.
    An archived cluster is shown nowhere but among the archived ones; its field and its members stay. `kept_in` and `kept_out`
    name the date fields of its pins, made at the first one.
    """

    name = models.CharField(max_length=50, unique=True)
    labels = models.JSONField(default=dict)
    description = models.TextField(blank=True, default="")
    entity = models.CharField(max_length=10, default="CL")
    field = models.CharField(max_length=50)
    rule = models.TextField(default="")
    colour = models.PositiveSmallIntegerField(default=1)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)
    kept_in = models.CharField(max_length=50, blank=True, default="")
    kept_out = models.CharField(max_length=50, blank=True, default="")

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("cluster")

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return f"/clusters/{self.name}/"

    @property
    def label(self) -> str:
        return in_language(self.labels, self.name)


class MembershipEvent(models.Model):
    """A record joined a cluster, or left it.

    Of a field that people write it is read from the change history: `change` is the record change, `at` is exact. Of a rule it
    is found by comparison, and happened between `after` and `at`.
    """

    class Cause(models.TextChoices):
        PERSON = "person", _("by hand")
        VALUE = "value", _("another value changed")
        IMPORT = "import", _("by worksheet")
        UNDO = "undo", _("by an undo")
        RULE = "rule", _("the rule changed")
        TIME = "time", _("time went by")
        DELETED = "deleted", _("deleted")

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="events")
    record = models.CharField(max_length=100)
    at = models.DateTimeField()
    after = models.DateTimeField(null=True)
    joined = models.BooleanField()
    cause = models.CharField(max_length=10, choices=Cause)
    change_set = models.BigIntegerField(null=True)
    change = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["cluster", "at", "id"], name="membershipevent_at"),
            models.Index(fields=["cluster", "record", "at"], name="membershipevent_record"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "change"], name="membershipevent_once", condition=models.Q(change__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.record} {'in' if self.joined else 'out of'} {self.cluster_id}"


class CurrentMember(models.Model):
    """Who was in a cluster when it was last compared; `since` is unknown of those who were in at the first time."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+")
    record = models.CharField(max_length=100)
    since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "record"], name="currentmember_once")]

    def __str__(self) -> str:
        return f"{self.record} in {self.cluster_id}"


class ClusterCount(models.Model):
    """What the last comparison of a cluster found. Before `known_from` nothing is known of who joined or left."""

    cluster = models.OneToOneField(Cluster, models.CASCADE, related_name="last_count")
    members = models.BigIntegerField(null=True)
    of = models.BigIntegerField(null=True)  # all records then
    counted_at = models.DateTimeField(null=True)
    known_from = models.DateTimeField(null=True)
    failed_since = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    unread = models.BigIntegerField(default=0)  # the first change, by id, that the next comparison reads

    def __str__(self) -> str:
        return f"{self.members} in {self.cluster_id}"


class RuleVersion(models.Model):
    """A change of a cluster's rule: who changed it, from what to what, and how many joined and left by that."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="rule_versions")
    at = models.DateTimeField()
    user_name = models.CharField(max_length=254, blank=True, default="")
    before = models.TextField(blank=True, default="")
    after = models.TextField()
    joined = models.BigIntegerField(null=True)
    left = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.after


class ScheduledExport(models.Model):
    """Members of a cluster as a file, again and again: kept here, or sent to `address`. Stopped while nothing is next due.

    `owner` is whose rights it takes. `day` is a weekday from Monday, 0, or a day of the month. The secret of an address is
    made of `seed`, and `secret_hash` tells whether it still is the one that was shown.
    """

    class Every(models.TextChoices):
        DAY = "day", _("every day")
        WEEK = "week", _("every week")
        MONTH = "month", _("every month")

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="exports")
    owner = models.UUIDField()
    language = models.CharField(max_length=10)  # of the owner: reasons are stored in it
    format = models.CharField(max_length=10)
    delimiter = models.CharField(max_length=10, blank=True, default="")
    fields = models.JSONField()
    every = models.CharField(max_length=5, choices=Every)
    day = models.PositiveSmallIntegerField(default=0)
    hour = models.PositiveSmallIntegerField()
    address = models.CharField(max_length=500, blank=True, default="")
    seed = models.CharField(max_length=64, blank=True, default="")
    secret_hash = models.CharField(max_length=64, blank=True, default="")
    next_due = models.DateTimeField(null=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.every}"


def run_folder(run: "ExportRun", name: str) -> str:
    return f"cluster-exports/{run.pk}/{name}"


class ExportRun(models.Model):
    """One export that was due, or asked for: once for its moment. `missed` came before it while nothing was running."""

    class State(models.TextChoices):
        WAITING = "waiting", _("on its way")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    export = models.ForeignKey(ScheduledExport, models.CASCADE, related_name="runs")
    due = models.DateTimeField()
    missed = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(null=True, db_index=True)
    rows = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField(null=True)
    file = models.FileField(upload_to=run_folder, max_length=200, blank=True)
    status = models.PositiveSmallIntegerField(null=True)  # of the answer
    reason = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-due", "-id"]
        constraints = [models.UniqueConstraint(fields=["export", "due"], name="exportrun_once")]

    def __str__(self) -> str:
        return f"{self.export_id} {self.due:%Y-%m-%d %H:%M} {self.state}"
