"""The clusters' app; it tells the CRM what it knows through the extension points."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClustersConfig(AppConfig):
    name = "clusters"
    verbose_name = _("Clusters")

    def ready(self) -> None:
        from clusters import chips, command_menu, dashboard  # noqa: PLC0415  # models are ready only now

        chips.connect()
        dashboard.connect()
        command_menu.connect()
