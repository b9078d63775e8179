from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "crm.records"
    label = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from crm.records import retaining  # noqa: PLC0415  # models are ready only now

        retaining.register()
