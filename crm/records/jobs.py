"""The jobs of records: what runs which kind, and how often by itself."""

from django.utils.translation import gettext_lazy as _

from crm.jobs import registry
from crm.records.backfilling import defaults, normalizing, numbers
from crm.records.history.retention import keep_history

DAILY = 86_400  # seconds

registry.register("keep-history", keep_history, label=_("Making room in the change history"), every=DAILY)
registry.register("backfill", defaults.backfill, label=_("Default for records without"), verb="schema")
registry.register(normalizing.KIND, normalizing.normalize, label=_("Phones, documents and keys in one form"), verb="undo")
registry.register(numbers.KIND, numbers.run_numbering, label=_("Numbers for records without"))
