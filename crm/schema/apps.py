"""The schema editor's app; what has to be there on every connection is hooked in here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchemaConfig(AppConfig):
    name = "crm.schema"
    label = "schema"
    verbose_name = _("Schema")
