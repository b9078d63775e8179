"""A request works with one publication, and finds nothing where an entity is not published."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from crm.schema.errors import EntityGone
from crm.schema.generated.current import pinned


class PinPublication:
    """Pins the newest publication from a request's first line to its last, and answers 404 for an entity that it lacks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with pinned() as generated:
            request.entities = list(generated)  # type: ignore[attr-defined]  # see SignedInRequest
            return self.get_response(request)

    def process_exception(self, _request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, EntityGone):
            raise Http404(str(exception)) from exception
