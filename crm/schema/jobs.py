"""Publishing, and deleting an entity, as jobs: started by pages when they take long, and run directly by commands."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.extensions import extensions
from crm.jobs import control, registry
from crm.jobs.lease import RunningJob
from crm.jobs.models import ACTIVE, Job, JobState
from crm.people.actors import Actor
from crm.schema.models import Publication
from crm.schema.publishing import publishing, removing
from crm.schema.publishing.publish_requests import PublishRequest
from crm.schema.publishing.tables.waiting import LONG_SECONDS, Patience

PUBLISH, DELETE = "publish", "delete-entity"
LONGEST_PHASE = 100  # characters that a job keeps of a message


def start_publish(request: PublishRequest, *, by: Actor) -> Job:
    """A job for a worker."""
    return control.start(PUBLISH, by=by, subject=request.acronym, entity=request.acronym, checkpoint=request.to_json())


def publish_here(request: PublishRequest, *, by: Actor, on_progress: Callable[[Job], None]) -> Publication:
    """The same job, run by the caller; if the caller dies, a worker resumes it. Raises what publishing raises."""
    job = control.prepare(PUBLISH, by=by, subject=request.acronym, entity=request.acronym, checkpoint=request.to_json())
    done = control.run_here(job, on_progress=on_progress)
    return Publication.objects.get(number=done.result["publication"])  # type: ignore[index]  # as run_publish gives it


def start_deletion(acronym: str, records: int, *, by: Actor) -> Job:
    """A job that deletes the entity and its records, if there are still that many. Raises UnpublishableSchema."""
    publishing.plan_by(removing.deletion(acronym, records)).check()
    return control.start(DELETE, by=by, subject=acronym, entity=acronym, checkpoint={"acronym": acronym, "records": records})


def active_job(acronym: str) -> Job | None:
    """The publish of an entity that is queued or running."""
    return Job.objects.filter(kind=PUBLISH, entity=acronym, state__in=ACTIVE).first()


def job_to_show(acronym: str) -> Job | None:
    """The active one, or the last one if it failed and nothing was published since."""
    if job := active_job(acronym):
        return job
    last = Job.objects.filter(kind=PUBLISH, entity=acronym).first()
    newest = Publication.objects.values_list("published_at", flat=True).first()
    is_news = last and last.state == JobState.FAILED and (newest is None or last.created_at > newest)
    return last if is_news else None


def run_publish(job: RunningJob) -> dict[str, Any]:
    publication = PublishRequest(**job.checkpoint).publish(by=job.actor("job"), patience=_patience_of(job))
    return {"publication": publication.number}


def run_deletion(job: RunningJob) -> dict[str, Any]:
    """The table first, all or nothing; then what others keep of its records, which is repeated if it is interrupted."""
    acronym, records = job.checkpoint["acronym"], job.checkpoint["records"]
    if "publication" not in job.checkpoint:
        publication = removing.delete(acronym, records, by=job.actor("job"), patience=_patience_of(job))
        job.save_checkpoint({**job.checkpoint, "publication": publication.number})
    entity = removing.entity_before(acronym, job.checkpoint["publication"])
    for clean_up in extensions.cleanups.values():
        job.beat(phase=_("Taking away what is kept of its records"))
        clean_up(acronym, [field.name for field in entity.fields])
    return {"entity": acronym, "records": records}


def _patience_of(job: RunningJob) -> Patience:
    """Progress becomes the job's phase; a job that was asked to stop raises there."""

    def report(message: str, *, done: int | None = None, total: int | None = None) -> None:
        job.beat(phase=message[:LONGEST_PHASE], done=done, total=total)

    return Patience(LONG_SECONDS, report)


registry.register(PUBLISH, run_publish, label=gettext_lazy("Publish"), verb="schema")
registry.register(DELETE, run_deletion, label=gettext_lazy("Deleting an entity"), verb="schema")
