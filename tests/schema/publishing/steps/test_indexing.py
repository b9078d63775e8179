"""An index over values that it cannot hold is refused in words; SQLite has no such limit."""

import pytest
from django.db import connection

from crm.records.writing import saving
from crm.schema.draft import editing
from crm.schema.errors import UnpublishableSchema
from crm.schema.models import Field
from crm.schema.publishing import publishing
from crm.schema.publishing.tables import drift
from tests.long_texts import rare

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="a limit of PostgreSQL")

REFUSAL = "There can be no index over name of Parts: a value takes more than the 2,680 bytes that fit."


@pytest.fixture
def to_be_unique(define, admin) -> None:
    """Drafted over a value that no index holds."""
    saving.create(define(name="Varchar 750"), {"name": rare(750)}, by=admin)
    editing.change_field(Field.objects.get(entity__acronym="PT", name="name"), unique=True)


def test_a_field_is_not_unique_over_values_that_the_index_cannot_hold(to_be_unique, operator):
    with pytest.raises(UnpublishableSchema) as refused:
        publishing.publish(by=operator)

    assert refused.value.problems == [REFUSAL]
    assert drift.drift() == []


def test_the_plans_page_says_so(to_be_unique, browse):
    page = browse.post("/schema/PT/plan/", {"confirmed": publishing.make_plan().digest}, follow=True)

    assert REFUSAL in page.text


def test_a_field_becomes_unique_when_its_values_are_converted_to_what_fits(define, admin, operator):
    parts = define(name="Text")
    saving.create(parts, {"name": "short"}, by=admin)
    field = Field.objects.get(entity__acronym="PT", name="name")
    editing.retype_field(field, "Varchar 750")
    editing.change_field(field, unique=True)

    publishing.publish(by=operator)

    assert drift.drift() == []
