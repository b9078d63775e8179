"""The catalogue: each cluster's name, entity and rule."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.schema.definitions import in_language


class Cluster(models.Model):
    """A named group of records of one entity: those whose field is true."""

    name = models.CharField(max_length=50, unique=True)
    labels = models.JSONField(default=dict)
    entity = models.CharField(max_length=10, default="CL")
    field = models.CharField(max_length=50)
    colour = models.PositiveSmallIntegerField(default=1)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

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

    @property
    def rule(self) -> str:
        return f"{self.field}=true"
