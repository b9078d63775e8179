"""Anonymous visitors see the sign-in page and nothing else."""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation

from crm.people.actors import Actor
from crm.people.models import User

OPEN = ("/sign-in/", "/healthz", "/readyz", "/static/", "/language/")


class SignInRequired:
    """Redirects anonymous requests to the sign-in page and sets `request.actor`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            request.actor = Actor(request.user, "page")  # type: ignore[attr-defined]  # what makes it a SignedInRequest
            _activate_language(request, request.user)
            return self.get_response(request)
        request.actor = Actor(None, "page")  # type: ignore[attr-defined]
        if request.path.startswith(OPEN):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return JsonResponse({"Message": "Unauthorized"}, status=403)
        return redirect_to_login(request.get_full_path())


def _activate_language(request: HttpRequest, user: User) -> None:
    """The language that the user chose; without a choice the browser's stays."""
    if language := user.language:
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
