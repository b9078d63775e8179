"""X-Forwarded-* headers count only when a trusted proxy sent them; from anyone else they are dropped."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


class TrustedProxies:
    """Sets REMOTE_ADDR, by which sign-ins are throttled, and keeps X-Forwarded-Proto only from TRUSTED_PROXIES."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES:
            request.META["REMOTE_ADDR"] = client_address(request)
        else:
            for name in FORWARDED:
                request.META.pop(name, None)
        return self.get_response(request)


def client_address(request: HttpRequest) -> str:
    """The last address of the chain that is not a trusted proxy: a client can forge those before it."""
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    others = [address for address in chain if address not in settings.TRUSTED_PROXIES]
    return others[-1] if others else request.META["REMOTE_ADDR"]
