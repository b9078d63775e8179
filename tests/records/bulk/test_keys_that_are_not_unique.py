"""A single field that no index makes unique can be a key: a row that finds several records is refused, not guessed."""

import pytest

from crm.records import bulk
from crm.records.writing import saving

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "values", "key"),
    [("Varchar 50", ["Ana", "Ana"], "Ana"), ("Integer", [7, 7], 7), ("Date", ["2020-01-02"] * 2, "2020-01-02")],
)
def test_a_key_that_two_records_have_is_refused(define, operator, kind, values, key):
    parts = define("PT", code=kind)
    for value in values:
        saving.create(parts, {"code": value}, by=operator)
    merge = bulk.Merge(parts, "staging_twice", keys=("code",), columns=("code",), mode="update")
    bulk.create_staging(merge)
    bulk.stage(merge, [bulk.pack([[1], [parts.objects.first().code], [None]])])

    found = bulk.difference(merge)

    assert [refusal.reason for refusal in found.refusals] == [
        "Several records have this key; add a column to the key that tells them apart."
    ]
    bulk.drop_staging(merge)
