"""Limits guesses of passwords by address, and by address and account
together; never by the account alone, or a stranger could lock it."""

from allauth.core.internal.ratelimit import get_ip
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from crm.people.models import User


def attempt_key(request: HttpRequest, email: str) -> str:
    """What `key` limits of ACCOUNT_RATE_LIMITS are counted under.

    A digest of the stored password is part of it: with a new password its owner may try at once, whatever was tried before.
    """
    stored = User.objects.filter(email__iexact=email).values_list("password", flat=True).first() or ""
    generation = salted_hmac("sign-in-attempts", stored, algorithm="sha256").hexdigest()[:12]
    return f"{get_ip(request)} {email.lower()} {generation}"
