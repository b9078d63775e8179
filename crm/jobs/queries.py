"""Which jobs a person sees."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from crm.jobs.models import Job
from crm.people.rules import may


def visible_jobs(request: HttpRequest) -> QuerySet[Job]:
    """Whoever minds the people minds all jobs; everyone else sees their own."""
    own = Q(created_by=request.user.pk)
    return Job.objects.all() if may(request.user, "people", None) else Job.objects.filter(own)
