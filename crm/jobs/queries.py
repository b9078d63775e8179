"""The jobs that a user sees and may stop."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from crm.jobs import registry
from crm.jobs.models import Job
from crm.people.permissions import may


def visible_jobs(request: HttpRequest) -> QuerySet[Job]:
    """One's own, and those of others whose kind takes a verb that the role has; administrators see all."""
    if may(request.user, "people"):
        return Job.objects.all()
    verbs = {verb for verb in registry.verbs_for_others() if may(request.user, verb)}
    return Job.objects.filter(Q(created_by=request.user.pk) | Q(kind__in=registry.kinds_under(verbs)))
