"""A draft made again what is published: whole, of one field, and brought back."""

import pytest

from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.errors import PlanChanged, UnpublishableSchema
from crm.schema.models import Field, Form
from crm.schema.publishing import discarding, publishing

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafted(add_field, customers):
    """Of the published field `code` another label and uniqueness, of
    the published `fax` nothing but gone, and a new field `tier`."""
    add_field("code")
    add_field("fax")
    editing.change_field(field("code"), unique=True)
    editing.hide_field(field("fax"))
    editing.add_field(customers, FieldDefinition("tier", "Varchar 50"))
    customers.indexes.create(name="by_code", fields=["code", "fax"])
    return customers


def field(name: str) -> Field:
    return Field.objects.get(entity__acronym="CL", name=name)


def waiting() -> set[str]:
    return {discarding.field_of(step) for step in publishing.make_plan().steps}


def names_on_form() -> set[str]:
    return set(Form.objects.get(entity__acronym="CL", is_default=True).content().placed)


def test_a_discarded_draft_is_what_is_published(drafted):
    was = discarding.discard("CL")

    assert publishing.make_plan().steps == []
    assert not Field.objects.filter(name="tier").exists()
    assert "tier" not in names_on_form()
    assert not drafted.indexes.filter(name="by_code").exists()
    assert {found.name for found in was.fields} >= {"code", "fax", "tier"}


@pytest.mark.parametrize(("name", "left"), [("code", {"fax", "tier"}), ("fax", {"code", "tier", ""}), ("tier", {"code", "fax"})])
def test_one_field_of_a_draft_is_discarded(drafted, name, left):
    discarding.discard("CL", name)

    assert waiting() == left


def test_a_draft_that_somebody_went_on_with_is_not_discarded_unseen(drafted):
    seen = publishing.make_plan(discarding.entity_draft("CL")).digest
    editing.change_field(field("tier"), unique=True)

    with pytest.raises(PlanChanged):
        discarding.discard("CL", confirmed=seen)

    assert Field.objects.filter(name="tier").exists()


def test_a_discarded_draft_comes_back(drafted):
    before = waiting()
    was = discarding.discard("CL")

    discarding.bring_back(was)

    assert waiting() == before
    assert "tier" in names_on_form()


def test_a_discarded_draft_does_not_overwrite_what_was_drafted_since(drafted, customers):
    was = discarding.discard("CL")
    editing.change_field(field("code"), description="Newer.")

    with pytest.raises(UnpublishableSchema, match="code was changed since"):
        discarding.bring_back(was)

    assert field("code").description == "Newer."
