"""How many queries the review takes, whatever the number of rows, and how often it prepares the import."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.worksheets.importing import preparing
from tests.worksheets.review.pages import fields_of, worksheet_of

PAGE = 14  # it was 18


def list_of(rows: int) -> str:
    return "email;firstName\n" + "".join(f"c{n}@example.com;X{n}\n" for n in range(rows))


@pytest.fixture
def preparations(monkeypatch):
    """The worksheets that were prepared, once each time."""
    plan, made = preparing.plan_columns, []

    def counted(model, choices, headers):
        made.append(headers)
        return plan(model, choices, headers)

    monkeypatch.setattr(preparing, "plan_columns", counted)
    return made


@pytest.mark.parametrize("rows", [1, 3])
def test_a_review_page_takes_as_many_queries_for_one_row_as_for_three(client, people, upload_page, rows):
    address = worksheet_of(upload_page(list_of(rows))).get_absolute_url()

    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)

    assert (page.context["counts"].updated, len(queries)) == (rows, PAGE)


def test_every_request_from_upload_to_import_prepares_once(client, people, upload_page, preparations):
    def prepared_by(request) -> int:
        preparations.clear()
        request()
        return len(preparations)

    uploaded = []
    assert prepared_by(lambda: uploaded.append(upload_page(list_of(3), follow=False))) == 1
    address = uploaded[0]["Location"]
    pages = []
    assert prepared_by(lambda: pages.append(client.get(address))) == 1
    data = {name: value for name, value in fields_of(pages[0].context["form"]).items() if value not in (None, False, "")}
    assert prepared_by(lambda: client.post(address, {**data, "do": "rehearse", "empty": "clear"})) == 1
    assert prepared_by(lambda: client.get(f"{address}changes/")) == 1
    assert prepared_by(lambda: client.get(f"{address}rows/created/")) == 1
    data["empty"] = "clear"
    assert prepared_by(lambda: client.post(address, {**data, "do": "import"})) == 1
    assert people[0].__class__.objects.filter(firstName__startswith="X").count() == 3
