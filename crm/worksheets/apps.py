"""Files in and out."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorksheetsConfig(AppConfig):
    name = "crm.worksheets"
    label = "worksheets"
    verbose_name = _("Worksheets")

    def ready(self) -> None:
        from crm.worksheets import command_menu, dashboard  # noqa: PLC0415  # models are ready only now

        dashboard.connect()
        command_menu.connect()
