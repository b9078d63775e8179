"""Caching and security headers of every response, including errors raised before any view was called."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class PolicyHeaders:
    """Stands outside of everything that may fail, so that errors get the
    headers too. Headers that a view or static file has set are kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        return response
