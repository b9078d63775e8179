"""The size limit of a request's body: small for anonymous clients, larger when signed in, largest where files are uploaded."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError
from django.urls import Resolver404, resolve

from crm import uploads

# A sign-in takes some hundred bytes.
SMALL_BYTES = 64 * 1024
MEGABYTE = 1024 * 1024


class LimitUnknown(Exception):
    """The user cannot be looked up: the database does not answer."""

    status = 503


def allowed_bytes(environ: dict[str, Any]) -> int:  # Any: WSGI's own
    """By session and address. Asks the database. Raises LimitUnknown."""
    request = WSGIRequest(environ)
    try:
        return _most_for_people(request) if _is_signed_in(request) else SMALL_BYTES
    except DatabaseError as error:
        raise LimitUnknown from error


def discarded_bytes(environ: dict[str, Any]) -> int:  # Any: WSGI's own
    """How many bytes of a refused body are read and dropped: a whole
    upload for a client with a session cookie, a megabyte for others."""
    request = WSGIRequest(environ)
    return _most_for_people(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else MEGABYTE


def _most_for_people(request: WSGIRequest) -> int:
    files = settings.MAX_UPLOAD_MB * MEGABYTE if _takes_files(request) else 0
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE + files


def _is_signed_in(request: WSGIRequest) -> bool:
    """A cookie is no session: that must be stored, not over, and its user's."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    request.session = SessionStore(key)
    return key is not None and get_user(request).is_authenticated


def _takes_files(request: WSGIRequest) -> bool:
    try:
        return uploads.takes_files(resolve(request.path_info).func)
    except Resolver404:
        return False
