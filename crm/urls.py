"""Every address of the site."""

from django.urls import include, path

from crm import health

handler400 = "crm.web.refusals.bad_request"
handler500 = "crm.health.server_error"

urlpatterns = [
    path("", include("crm.ui.urls")),
    path("", include("crm.people.urls")),
    path("jobs/", include("crm.jobs.urls")),
    path("", include("crm.schema.urls")),
    path("crm/", include("crm.records.urls")),
    path("worksheets/", include("crm.worksheets.urls")),
    path("", include("clusters.urls")),
    path("readyz", health.readyz),
]
