"""A page that asks for an entity which is not published is not found."""

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from crm.schema.generated import current
from crm.schema.middleware import PinPublication

pytestmark = pytest.mark.django_db


def test_an_entity_that_is_not_published_is_not_found():
    middleware = PinPublication(lambda _request: HttpResponse())

    with pytest.raises(KeyError) as gone:
        current.entity("ZZ")
    with pytest.raises(Http404, match=r"There is no entity ZZ\."):
        middleware.process_exception(RequestFactory().get("/"), gone.value)


def test_other_errors_stay_what_they_are():
    middleware = PinPublication(lambda _request: HttpResponse())

    assert middleware.process_exception(RequestFactory().get("/"), KeyError("ZZ")) is None
