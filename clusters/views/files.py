"""The catalogue as a file, by page."""

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clusters.files import ClusterResource
from crm import uploads
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.worksheets.views.small_tables import SmallTablePage, small_table_page


@uploads.accept_files
@require_http_methods(["GET", "POST"])
def cluster_file(request: SignedInRequest) -> HttpResponse | StreamingHttpResponse:
    require(request.actor, "cluster", "CL")
    page = SmallTablePage(
        title=_("Clusters as a file"),
        lead=_("New rows make clusters; those that are there get the label, description and rule that the file has."),
        name="clusters",
        back=reverse("cluster-list"),
        resource=lambda actor: ClusterResource(actor=actor),
    )
    return small_table_page(request, page)
