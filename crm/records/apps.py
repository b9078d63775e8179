from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "crm.records"
    label = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from crm.records.bulk import default_backfill, number_backfill  # noqa: PLC0415  # models are ready only now
        from crm.records.bulk.case_folding import on_connection_created  # noqa: PLC0415  # as above
        from crm.records.history import retention  # noqa: PLC0415  # models are ready only now

        connection_created.connect(on_connection_created)
        retention.register()
        default_backfill.register()
        number_backfill.register()
