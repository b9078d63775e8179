"""Publishing as a job: what a page starts when it takes long, and what a command runs itself."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.jobs import registry, running
from crm.jobs.lease import RunningJob
from crm.jobs.models import ACTIVE, Job, State
from crm.people.actors import Actor
from crm.people.models import User
from crm.schema.models import Publication
from crm.schema.publishing.requests import PublishRequest
from crm.schema.publishing.tables.waiting import LONG_SECONDS, Patience

PUBLISH = "publish"
LONGEST_PHASE = 100  # characters that a job keeps of a sentence


def register() -> None:
    registry.register(PUBLISH, run_publish, label=_("Publish"))


def start_publish(request: PublishRequest, *, by: Actor) -> Job:
    """A job for a worker."""
    return running.start(PUBLISH, by=by, subject=request.acronym, entity=request.acronym, checkpoint=request.to_json())


def publish_here(request: PublishRequest, *, by: Actor, told: Callable[[Job], None]) -> Publication:
    """The same job, run by the caller; if the caller dies, a worker goes on. Raises what publishing raises."""
    job = running.prepare(PUBLISH, by=by, subject=request.acronym, entity=request.acronym, checkpoint=request.to_json())
    done = running.run_here(job, told=told)
    return Publication.objects.get(number=done.result["publication"])  # type: ignore[index]  # as run_publish gives it


def active_job(acronym: str) -> Job | None:
    """The publish of an entity that is queued or under way."""
    return Job.objects.filter(kind=PUBLISH, entity=acronym, state__in=ACTIVE).first()


def job_to_show(acronym: str) -> Job | None:
    """The one under way, or the last one if it failed and nothing was published since."""
    if job := active_job(acronym):
        return job
    last = Job.objects.filter(kind=PUBLISH, entity=acronym).first()
    newest = Publication.objects.values_list("published_at", flat=True).first()
    is_news = last and last.state == State.FAILED and (newest is None or last.created_at > newest)
    return last if is_news else None


def run_publish(job: RunningJob) -> dict[str, Any]:
    publication = PublishRequest(**job.checkpoint).publish(by=actor_of(job), patience=patience_of(job))
    return {"publication": publication.number}


def patience_of(job: RunningJob) -> Patience:
    """What is told becomes the job's phase and progress; who asks the job to stop is heard there."""

    def told(sentence: str, *, done: int | None = None, total: int | None = None) -> None:
        job.beat(phase=sentence[:LONGEST_PHASE], done=done, total=total)

    return Patience(LONG_SECONDS, told)


def actor_of(job: RunningJob) -> Actor:
    user = User.objects.filter(pk=job.created_by).first() if job.created_by else None
    return Actor(user, "job", str(job.id), is_operator=user is None)
