"""An entity or a field drafted and published in one step: planned once, under the lock, and judged by a policy."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.errors import UnpublishableSchema
from crm.schema.models import Field, Publication
from crm.schema.publishing import changing, publishing

pytestmark = pytest.mark.django_db


def field(name: str) -> Field:
    return Field.objects.get(entity__acronym="CL", name=name)


def test_a_field_is_planned_once(customers, operator):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        changing.add_and_publish(customers, FieldDefinition("tier", "Varchar 50"), by=operator)

    read = [query["sql"] for query in queries if '"snapshot"' in query["sql"] and query["sql"].startswith("SELECT")]
    assert len(read) == 1


def test_an_addition_is_refused_where_the_draft_holds_more(add_field, customers, operator):
    add_field("code")
    editing.hide_field(field("code"))

    with pytest.raises(UnpublishableSchema, match="more than additions"):
        changing.add_and_publish(customers, FieldDefinition("tier", "Varchar 50"), by=operator)

    assert not Field.objects.filter(name="tier").exists()


def test_what_is_harmless_is_published_at_once(add_field, operator):
    add_field("code")

    publication = changing.save_field(field("code"), {"description": "As on the label."}, by=operator)

    assert publication == Publication.objects.first()


def test_what_has_to_be_confirmed_stays_in_the_draft(add_field, operator):
    number = add_field("code")

    publication = changing.save_field(field("code"), {"unique": True}, by=operator)

    assert publication is None
    assert field("code").unique
    assert publishing.make_plan().number == number + 1
    assert len(publishing.make_plan().steps) == 2
