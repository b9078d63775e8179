"""From draft to tables."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from crm.schema import errors
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import Field, Publication
from crm.schema.publishing import publishing
from crm.schema.publishing.tables import drift


def column_names(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def test_customers_are_published_from_the_start(customers):
    entity = current.entity("CL")

    assert entity.name == "Customers"
    assert {"email", "firstName", "birthDate", "isNewsletterOptIn"} < {field.name for field in entity.visible_fields}
    assert drift.drift() == []


@pytest.mark.parametrize("language", ["pt-br", "es"])
def test_customers_have_a_name_in_every_language(customers, language):
    with translation.override(language):
        assert current.entity("CL").name == "Clientes"


def test_installing_again_changes_nothing(customers):
    from crm.schema import builtin  # noqa: PLC0415

    before = Publication.objects.count()

    builtin.install()

    assert Publication.objects.count() == before


def test_new_field_is_a_column_and_an_attribute(add_field):
    number = add_field("tier")

    record = current.models()["CL"].objects.create(tier="Gold")

    assert "tier" in column_names("record_cl")
    assert current.models()["CL"].objects.get(tier="Gold") == record
    assert Publication.objects.first().number == number
    assert drift.drift() == []


def test_new_boolean_is_false_for_records_that_are_there(add_field):
    record = current.models()["CL"].objects.create(email="ana@example.com")

    add_field("Dealers", "Boolean")

    assert current.models()["CL"].objects.get(pk=record.pk).Dealers is False


def test_new_field_appears_on_the_default_form(add_field, customers):
    add_field("tier")

    assert "tier" in customers.forms.get(is_default=True).content().placed


def test_email_is_unique_without_regard_to_case(customers):
    records = current.models()["CL"].objects
    records.create(email="Ana@Example.com")
    records.create(email=None)
    records.create(email=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        records.create(email="ana@example.com")


def test_hidden_field_keeps_its_column_and_comes_back_with_its_values(add_field, customers, operator):
    add_field("tier")
    record = current.models()["CL"].objects.create(tier="Gold")
    field = Field.objects.get(name="tier")

    editing.hide_field(field)
    publishing.publish(by=operator)

    assert current.entity("CL").field("tier") is None
    assert "tier" in column_names("record_cl")

    editing.change_field(field, hidden=False)
    publishing.publish(by=operator)

    assert current.models()["CL"].objects.get(pk=record.pk).tier == "Gold"


def test_failed_publish_leaves_table_publication_and_draft_as_they_were(add_field, customers, operator):
    records = current.models()["CL"].objects
    records.create(customerClass="A")
    records.create(customerClass="A")
    field = Field.objects.get(name="customerClass")
    Field.objects.filter(pk=field.pk).update(unique=True)
    before = Publication.objects.first().number

    with pytest.raises(errors.UnpublishableSchema, match="unique"):
        publishing.publish(by=operator)

    assert Publication.objects.first().number == before
    assert Field.objects.get(pk=field.pk).unique is True
    assert drift.drift() == []


def test_publishing_an_unchanged_draft_makes_no_publication(customers, operator):
    before = Publication.objects.first()

    assert publishing.publish(by=operator) == before


def test_cluster_field_is_published_without_the_rest_of_the_draft(customers, operator):
    from crm.schema.draft.new_fields import new_definition  # noqa: PLC0415

    editing.add_field(customers, new_definition("colleague", "Text"))
    editing.add_field(customers, new_definition("Dealers", "Boolean"))

    publishing.publish_entity("CL", {"Dealers"}, by=operator)

    assert current.entity("CL").field("Dealers")
    assert current.entity("CL").field("colleague") is None


def test_plan_says_what_it_does_with_its_sql(customers):
    from crm.schema.draft.new_fields import new_definition  # noqa: PLC0415

    editing.add_field(customers, new_definition("tier", "Choice", options={"choices": [{"value": "Gold"}]}))
    plan = publishing.make_plan()

    assert [step.sentence for step in plan.steps] == ["Add the field tier (Choice) to Customers."]
    assert "ADD COLUMN" in plan.statements()[0][0]


def test_unchanged_publication_costs_one_query(customers, django_assert_num_queries):
    current.models()

    with django_assert_num_queries(1):
        current.models()
