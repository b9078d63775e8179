"""Background jobs: work that takes longer than a page may."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "crm.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        # Each slice registers its handlers in a module named `jobs`.
        autodiscover_modules("jobs")
