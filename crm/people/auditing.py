"""Writes audit events."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.utils.crypto import salted_hmac

from crm.people.actors import Actor
from crm.people.models import AuditEvent, User


def record_event(by: Actor, verb: str, *, subject: str = "", details: dict[str, Any] | None = None) -> AuditEvent:
    """`details` is JSON without personal values."""
    return AuditEvent.objects.create(
        user=by.user, user_name=by.name, channel=by.channel, verb=verb, subject=subject, details=details or {}
    )


def connect() -> None:
    user_logged_in.connect(_signed_in)
    user_login_failed.connect(_sign_in_failed)


def _signed_in(user: User, **_signal: Any) -> None:  # Any: the signal's arguments
    record_event(Actor(user, "page"), "sign-in")


def _sign_in_failed(credentials: dict[str, Any], **_signal: Any) -> None:  # Any: the signal's arguments
    typed = str(credentials.get("email") or credentials.get("username") or "").lower()
    # Keyed: attempts on one address can be distinguished, but nobody finds the address by hashing likely ones.
    digest = salted_hmac("sign-in-failed", typed, algorithm="sha256").hexdigest()[:12]
    record_event(Actor(None, "page"), "sign-in-failed", subject=digest)
