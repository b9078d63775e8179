"""Users, roles, permission and audit."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "crm.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate  # noqa: PLC0415  # models are ready only now

        from crm.people import auditing, first_administrator  # noqa: PLC0415  # models are ready only now

        auditing.connect()
        post_migrate.connect(first_administrator.ensure, sender=self)
