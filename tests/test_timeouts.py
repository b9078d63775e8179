"""A query that takes too long is stopped, and the page says what would help."""

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path

from crm import timeouts
from crm.people.models import Role, User

pytestmark = pytest.mark.django_db

FOREVER = {
    "postgresql": "SELECT pg_sleep(60)",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
}


def ask(sql: str) -> object:
    # A savepoint, since these tests run in a transaction, which PostgreSQL would else take for failed.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def slow(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(ask(FOREVER[connection.vendor]))


urlpatterns = [path("slow/", slow), path("", include("crm.urls"))]


def test_statement_is_stopped_and_the_next_one_is_not():
    with pytest.raises(OperationalError) as stopped, timeouts.limited(0.05):
        ask(FOREVER[connection.vendor])

    assert timeouts.was_stopped(stopped.value)
    assert ask("SELECT 1") == 1


def test_nothing_of_the_limit_is_left_behind():
    with timeouts.limited(0.05):
        ask("SELECT 1")

    if connection.vendor == "postgresql":
        assert ask("SHOW statement_timeout") == "0"
    assert ask("SELECT count(*) FROM people_user a, people_user b") == 0


@override_settings(ROOT_URLCONF=__name__, STATEMENT_TIMEOUT_SECONDS=0.2)
def test_page_names_the_fields_that_want_an_index_and_not_what_was_looked_for(client):
    client.force_login(User.objects.create_user("rea@example.com", "x", Role.READER))

    answer = client.get("/slow/", {"totalSpent": "1234.56", "_sort": "city DESC"})

    assert answer.status_code == 503
    assert "city, totalSpent" in answer.content.decode()
    assert "1234.56" not in answer.content.decode()


def test_other_failures_of_the_database_stay_failures():
    assert timeouts.was_stopped(OperationalError("the disk is full")) is False
