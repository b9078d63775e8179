"""Who the visitor is, behind proxies and without."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from crm.people.proxies import TrustedProxies


@pytest.fixture
def seen(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.1", "10.0.0.2"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    def through(peer: str, chain: str) -> tuple[str, bool]:
        request = RequestFactory().get("/", headers={"x-forwarded-for": chain, "x-forwarded-proto": "https"}, REMOTE_ADDR=peer)
        found: list[HttpRequest] = []
        TrustedProxies(lambda request: found.append(request) or HttpResponse())(request)
        return found[0].META["REMOTE_ADDR"], found[0].is_secure()

    return through


def test_trusted_proxy_says_who_it_is_and_that_it_speaks_https(seen):
    assert seen("10.0.0.1", "203.0.113.9, 10.0.0.2") == ("203.0.113.9", True)


def test_addresses_that_a_visitor_made_up_are_passed_over(seen):
    assert seen("10.0.0.1", "127.0.0.1, 203.0.113.9") == ("203.0.113.9", True)


def test_nobody_else_is_believed(seen):
    assert seen("198.51.100.7", "203.0.113.9") == ("198.51.100.7", False)
