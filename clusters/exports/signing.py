"""The secret of an address, and what it signs.

Nothing secret is stored: the secret is made of a seed and the site's own key, and its hash tells that both are still the same.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import IO

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

SALT = "clusters.exports"
PIECE = 1 << 20


class SecretLost(Exception):
    """The site's key is another one now."""

    def __str__(self) -> str:
        return _("The site's own key was changed, and the secret with it: make a new one, and tell it to whoever receives.")


def new_seed() -> str:
    return secrets.token_hex(32)


def secret_of(seed: str, *, key: str | bytes | None = None) -> str:
    digest = salted_hmac(SALT, seed, secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def stored_secret(seed: str, expected: str) -> str:
    """The secret that was shown when it was made. Raises SecretLost."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if constant_time_compare(hash_of(found := secret_of(seed, key=key)), expected):
            return found
    raise SecretLost


def signature(secret: str, timestamp: str, body: IO[bytes]) -> str:
    """Of `timestamp.body`, in pieces; the body is at its beginning before and after."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode(), hashlib.sha256)
    while piece := body.read(PIECE):
        digest.update(piece)
    body.seek(0)
    return f"sha256={digest.hexdigest()}"
