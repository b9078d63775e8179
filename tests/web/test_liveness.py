"""The process lives, whatever the request carries and whoever does not answer us."""

import pytest
from django.db import connection


@pytest.mark.django_db
@pytest.mark.parametrize("cookies", [{}, {"sessionid": "0kot2lfviudgol7cklpx5osp5roovy43"}, {"sessionid": "", "csrftoken": "x"}])
def test_health_asks_no_database(client, cookies, django_assert_num_queries):
    client.cookies.load(cookies)

    with django_assert_num_queries(0, connection=connection):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.parametrize("host", ["10.0.0.7", "strange.example:81"])
def test_health_answers_by_any_name(client, host):
    assert client.get("/healthz", headers={"host": host}).status_code == 200


def test_health_is_read_only(client):
    answer = client.post("/healthz")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
