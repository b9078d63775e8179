"""Records counted by rules."""

import pytest

from crm.records import querying
from crm.records.writing import saving
from crm.rules.parsing import parse

pytestmark = pytest.mark.django_db


def test_counting_takes_fields_of_any_name(define, operator):
    model = define("OD", n0="Integer", n1="Integer")
    saving.create(model, {"n0": 1, "n1": 2}, by=operator)
    conditions = {text: querying.condition(parse(text), model) for text in ("n0=1", "n1=2 AND n0=1", "n1=3")}

    assert querying.counts_where(model.objects.all(), conditions) == {"n0=1": 1, "n1=2 AND n0=1": 1, "n1=3": 0}
