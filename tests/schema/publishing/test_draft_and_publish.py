"""An entity or a field drafted and published in one step: planned once, under the lock, and judged by a policy."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing, new_fields
from crm.schema.errors import UnpublishableSchema
from crm.schema.generated import current
from crm.schema.models import Field, Form, Publication
from crm.schema.publishing import draft_and_publish, publishing

pytestmark = pytest.mark.django_db


def field(name: str) -> Field:
    return Field.objects.get(entity__acronym="CL", name=name)


def test_a_field_is_planned_once(customers, operator):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        draft_and_publish.add_and_publish(customers, FieldDefinition("tier", "Varchar 50"), by=operator)

    read = [query["sql"] for query in queries if '"snapshot"' in query["sql"] and query["sql"].startswith("SELECT")]
    assert len(read) == 1


def test_an_addition_is_refused_where_the_draft_holds_more(add_field, customers, operator):
    add_field("code")
    editing.hide_field(field("code"))

    with pytest.raises(UnpublishableSchema, match="more than additions"):
        draft_and_publish.add_and_publish_draft(customers, FieldDefinition("tier", "Varchar 50"), by=operator)

    assert not Field.objects.filter(name="tier").exists()


def test_a_field_is_added_next_to_an_unfinished_draft_and_publishes_itself_alone(add_field, customers, operator):
    add_field("code")
    editing.hide_field(field("code"))
    editing.add_field(customers, FieldDefinition("unfinished", "Varchar 50"))

    draft_and_publish.add_and_publish(customers, FieldDefinition("tier", "Varchar 50"), by=operator)

    published = publishing.published_snapshot().entities["CL"]
    assert (published.field("tier") is not None, published.field("code") is not None, published.field("unfinished")) == (
        True,
        True,
        None,
    )
    assert {step.field_name for step in publishing.make_plan().steps} == {"code", "unfinished"}


def test_what_is_harmless_is_published_at_once(add_field, operator):
    add_field("code")

    publication = draft_and_publish.save_field(field("code"), {"description": "As on the label."}, by=operator)

    assert publication == Publication.objects.first()


def test_what_has_to_be_confirmed_stays_in_the_draft(add_field, operator):
    number = add_field("code")

    publication = draft_and_publish.save_field(field("code"), {"unique": True}, by=operator)

    assert publication is None
    assert field("code").unique
    assert publishing.make_plan().number == number + 1
    assert len(publishing.make_plan().steps) == 2


@pytest.fixture
def parts(operator):
    """An entity of one field, published."""
    parts = editing.create_entity("PT", "Parts")
    editing.add_field(parts, FieldDefinition("code", "Varchar 50"))
    publishing.publish(by=operator)
    return parts


def test_renaming_an_entity_is_published_by_itself(parts, operator):
    editing.add_field(parts, new_fields.new_definition("draft", "Text"))

    publication = draft_and_publish.rename_and_publish(parts, {"en": "Spares", "pt-br": "Peças"}, by=operator)

    assert current.entity("PT").names == {"en": "Spares", "pt-br": "Peças"}
    assert [step["kind"] for step in publication.operations] == ["ChangeEntity"]
    assert current.entity("PT").field("draft") is None
    assert str(Form.objects.get(entity=parts)) == "Spares"


def test_the_default_form_is_renamed_too_where_the_first_attempt_failed(parts):
    """Tables that are in use make publishing try the whole transaction again, with the same objects."""
    with transaction.atomic():
        editing.rename_entity(parts, {"en": "Spares"})
        transaction.set_rollback(True)

    editing.rename_entity(parts, {"en": "Spares"})

    assert str(Form.objects.get(entity=parts)) == "Spares"


def test_a_form_of_a_name_of_its_own_keeps_it(parts, operator):
    Form.objects.filter(entity=parts).update(labels={"en": "Desk"})

    draft_and_publish.rename_and_publish(parts, {"en": "Spares"}, by=operator)

    assert str(Form.objects.get(entity=parts)) == "Desk"
