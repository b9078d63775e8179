"""Error pages for requests that are refused before any view is called."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from crm.web.environ import REFUSED


class RefusedBody:
    """Shows the page for a body that was refused as too large or for
    lack of space; anonymous users were redirected to sign in before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        status = request.META.get(REFUSED)
        return self.get_response(request) if status is None else refusal(request, status)


class AddressWithoutNul:
    """Answers 404 for an address with NUL: nothing has such a name, and PostgreSQL refuses to be asked for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    # A hook of Django's, so that the page that says so is made as those of views are.
    def process_view(self, request: HttpRequest, *_view: object) -> None:
        if "\0" in request.path_info:
            raise Http404


def refusal(request: HttpRequest, status: int) -> HttpResponse:
    """The page named for the status: 413, 503 or 507."""
    if request.path.startswith("/api/"):
        return JsonResponse({"Message": _("This is more than may be sent here.")}, status=status)
    return render(request, f"{status}.html", {"most": settings.MAX_UPLOAD_MB}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own page, except when the form fields exceed the limit in total."""
    if isinstance(exception, RequestDataTooBig):
        return refusal(request, 413)
    return defaults.bad_request(request, exception)
