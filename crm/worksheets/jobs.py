"""Which function runs which kind of job of worksheets; found by `crm.jobs` when the site starts."""

from django.utils.translation import gettext_lazy as _

from crm.jobs.registry import register
from crm.worksheets.importing import import_jobs, purging, undo_jobs

DAILY = 86_400  # seconds

register(
    import_jobs.KIND,
    import_jobs.run_import,
    label=_("Import of worksheet"),
    phases=import_jobs.PHASES,
    others="oversee",
    verb="import",
    refused=import_jobs.store_refusal,
    cancelled=import_jobs.store_cancelled,
)
register(
    import_jobs.REHEARSAL,
    import_jobs.run_rehearsal,
    label=_("Rehearsal of worksheet"),
    phases=import_jobs.PHASES,
    others="oversee",
    verb="import",
    refused=import_jobs.store_refused_rehearsal,
)
register(
    undo_jobs.KIND,
    undo_jobs.run_undo,
    label=_("Undo"),
    phases=undo_jobs.PHASES,
    others="oversee",
    verb="undo",
    refused=undo_jobs.store_refusal,
    cancelled=undo_jobs.store_cancelled,
)
register(
    undo_jobs.REHEARSAL,
    undo_jobs.run_rehearsal,
    label=_("Rehearsal of undo"),
    phases=undo_jobs.PHASES,
    others="oversee",
    verb="undo",
    refused=undo_jobs.store_refusal,
    cancelled=undo_jobs.store_cancelled,
)
register(purging.KIND, purging.run_purge, label=_("Deletion of old worksheets"), every=DAILY)
