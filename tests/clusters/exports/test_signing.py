"""The secret of an address, and what it signs."""

import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from clusters.exports.signing import SecretLost, hash_of, new_seed, secret_of, signature, stored_secret

GUIDE = Path(__file__).parents[3] / "docs/guides/receive-an-export.md"


def test_each_seed_has_a_secret_of_its_own():
    secrets = {secret_of(new_seed()) for _time in range(20)}

    assert len(secrets) == 20
    assert all(len(secret) >= 43 for secret in secrets)


def test_the_secret_is_found_again_while_the_key_of_the_site_stays():
    seed = new_seed()
    secret = secret_of(seed)

    assert stored_secret(seed, hash_of(secret)) == secret


def test_the_secret_is_found_by_a_former_key_that_still_counts(settings):
    seed, settings.SECRET_KEY = new_seed(), "former"
    secret = secret_of(seed)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["former"]
    assert stored_secret(seed, hash_of(secret)) == secret


def test_a_secret_of_a_key_that_is_gone_is_not_replaced_by_another(settings):
    seed = new_seed()
    expected = hash_of(secret_of(seed))

    settings.SECRET_KEY = "another"
    with pytest.raises(SecretLost, match="make a new one"):
        stored_secret(seed, expected)


def test_the_signature_is_checked_by_the_code_of_the_guide():
    guide: dict[str, Any] = {}
    exec(GUIDE.read_text().partition("```python\n")[2].partition("```")[0], guide)  # what people copy
    body, now = BytesIO(b"email\nana@example.com\n"), str(int(time.time()))

    made = signature("the secret", now, body)

    assert body.tell() == 0
    assert guide["is_ours"]("the secret", now, made, body.getvalue())
    assert not guide["is_ours"]("another", now, made, body.getvalue())
    assert not guide["is_ours"]("the secret", str(int(now) + 1), made, body.getvalue())
    assert not guide["is_ours"]("the secret", now, made, body.getvalue() + b"x")
    old = str(int(now) - 3600)
    assert not guide["is_ours"]("the secret", old, signature("the secret", old, body), body.getvalue())
