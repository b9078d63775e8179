from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "crm.records"
    label = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from crm.records.dialects.connecting import on_connection_created  # noqa: PLC0415  # models are ready only now

        connection_created.connect(on_connection_created)
