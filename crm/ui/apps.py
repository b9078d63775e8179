"""Components of the pages."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UiConfig(AppConfig):
    name = "crm.ui"
    label = "ui"

    def ready(self) -> None:
        # Each slice fills the extension points in a module named `extending`.
        autodiscover_modules("extending")
