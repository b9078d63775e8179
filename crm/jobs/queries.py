"""The jobs that a person may see."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from crm.jobs.models import Job
from crm.people.rules import may


def visible_jobs(request: HttpRequest) -> QuerySet[Job]:
    """People who administer users see all jobs, everyone else their own."""
    own = Q(created_by=request.user.pk)
    return Job.objects.all() if may(request.user, "people", None) else Job.objects.filter(own)
