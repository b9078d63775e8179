"""What a request pays for knowing the classes: one look at an index while nothing is published."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def test_a_request_on_an_unchanged_publication_asks_once_for_its_number(browse):
    browse.get("/crm/CL/")

    with CaptureQueriesContext(connection) as queries:
        browse.get("/crm/CL/")

    asked = [query["sql"] for query in queries.captured_queries if "schema_publication" in query["sql"]]
    assert len(asked) == 1
    assert "snapshot" not in asked[0]
    assert "LIMIT 1" in asked[0]
