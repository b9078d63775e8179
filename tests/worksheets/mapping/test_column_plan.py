"""What the columns of a worksheet fill, and what is refused before a row is read."""

import pytest

from crm.people.actors import Actor
from crm.schema.definitions import FieldDefinition
from crm.schema.draft.editing import add_field
from crm.schema.models import DataEntity
from crm.schema.publishing.publishing import publish
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.mapping.choices import ColumnChoices, ImportChoices
from crm.worksheets.mapping.column_plan import plan_columns


def test_columns_and_fixed_values_fill_fields(customers):
    choices = ImportChoices(keys=["email"], set={"lastName": "Lima"}, columns={"Nome": ColumnChoices(takes="new")})

    plan = plan_columns(customers, choices, ["email", "Nome"])
    merge = plan.merge("staging_1")

    assert (plan.names, plan.header_of("firstName")) == (("email", "firstName", "lastName"), "Nome")
    assert (merge.keys, merge.columns, merge.only_new) == (("email",), plan.names, ("firstName",))
    assert merge.withheld == ("isNewsletterOptIn", "approved")


@pytest.mark.parametrize(
    ("choices", "headers", "reason"),
    [
        ({"keys": ["firstName"]}, ["firstName"], "firstName cannot be the key"),
        ({"keys": ["email"]}, ["firstName"], "The key email is not a column"),
        ({"keys": ["email"], "set": {"email": "a@b.co"}}, ["email"], "email is a column of the worksheet and set for all rows"),
        ({"set": {"approved": "true"}}, ["firstName"], "approved is a consent"),
        ({"set": {"birthDate": "soon"}}, ["firstName"], "birthDate: "),
        ({"keys": ["email"], "replace": "firstName"}, ["email"], "firstName cannot be replaced"),
    ],
)
def test_what_does_not_fit_is_refused(customers, choices, headers, reason):
    with pytest.raises(InvalidMapping, match=reason):
        plan_columns(customers, ImportChoices(**choices), headers)


def test_fields_that_are_published_meanwhile_join_the_plan(customers):
    plan = plan_columns(customers, ImportChoices(keys=["email"]), ["email"])
    add_field(DataEntity.objects.get(acronym="CL"), FieldDefinition("shoe", "Integer", labels={"en": "Shoe"}))
    publish(by=Actor.operator())

    assert plan.model.entity.field("shoe") is None
    assert plan.as_published_now().model.entity.field("shoe") is not None
