"""The schema editor's app; what has to be there on every connection is hooked in here."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from crm.rules.database_functions import on_connection_created


class SchemaConfig(AppConfig):
    name = "crm.schema"
    label = "schema"
    verbose_name = _("Schema")

    def ready(self) -> None:
        from crm.schema.builtin import install  # noqa: PLC0415  # models are ready only now
        from crm.schema.fieldtypes.relationship import Relationship  # noqa: PLC0415  # models are ready only now
        from crm.schema.generated import related  # noqa: PLC0415  # as above

        Relationship.records = related
        connection_created.connect(on_connection_created)
        # The last of our apps: its post_migrate comes when every table of the site is there.
        post_migrate.connect(install, sender=self)
