"""The jobs that a user sees and may stop."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from crm.jobs import registry
from crm.jobs.models import Job
from crm.people.permissions import may


def visible_jobs(request: HttpRequest) -> QuerySet[Job]:
    """The user's own jobs, and those of others whose kind requires a verb that the user's role has; administrators see all."""
    if may(request.user, "people"):
        return Job.objects.all()
    verbs = {verb for verb in registry.verbs_for_others() if may(request.user, verb)}
    return Job.objects.filter(Q(created_by=request.user.pk) | Q(kind__in=registry.kinds_under(verbs)))
