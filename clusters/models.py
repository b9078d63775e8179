"""The catalogue: each cluster's name, entity and rule."""

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
