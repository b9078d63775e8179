"""The catalogue: each cluster's name, entity and rule."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.schema.definitions import in_language


class Cluster(models.Model):
    """A named group of records of one entity: those for which its rule holds.

    The rule asks for one value of one field: `Dealers=true` of a Boolean or Rule field, `tier=Gold` of a Choice or text.
    An archived cluster is shown nowhere but among the archived ones; its field and its members stay.
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
