"""Hidden fields and kept columns, dropped for good."""

from decimal import Decimal

import pytest

from clusters.catalogue.creating import create_cluster
from crm.people.models import AuditEvent
from crm.schema.draft import editing
from crm.schema.errors import UnpublishableSchema, ValuesWouldBeLost
from crm.schema.generated import current
from crm.schema.models import Field, Publication
from crm.schema.publishing import publishing, purging
from crm.schema.publishing.tables import drift


@pytest.fixture
def hide(db, operator):
    def hidden(name: str) -> None:
        editing.hide_field(Field.objects.get(entity__acronym="CL", name=name))
        publishing.publish(by=operator)

    return hidden


def found() -> list[tuple[str, int, bool]]:
    return [(each.column, each.values, each.is_hidden_field) for each in purging.leftovers(current.entity("CL"))]


def test_leftovers_are_told_with_how_many_values_they_hold(add_field, fill, retype, hide):
    add_field("fax")
    add_field("points", "Decimal")
    fill("fax", "1", "2", None)
    current.models()["CL"].objects.filter(pk="a").update(points=Decimal("3.00"))
    retype("points", "Integer")
    number = Publication.objects.first().number

    hide("fax")

    assert found() == [("fax", 2, True), (f"crm_old{number}_points", 1, False)]


def test_a_purged_field_is_gone_from_table_draft_and_forms_and_its_name_is_free(
    add_field, fill, hide, operator, customers, columns_of
):
    add_field("fax")
    fill("fax", "1", "2")
    hide("fax")

    publication = purging.purge("CL", "fax", values=2, by=operator)

    assert "fax" not in columns_of("record_cl")
    assert not Field.objects.filter(name="fax").exists()
    assert "fax" not in customers.forms.get(is_default=True).content().placed
    assert publication.operations[0]["sentence"] == "Drop the hidden field fax of Customers with its 2 values."
    assert drift.drift() == []
    add_field("fax", "Integer")
    assert current.entity("CL").field("fax").type == "Integer"


def test_a_purge_is_in_the_audit_trail_without_any_value(add_field, fill, hide, operator):
    add_field("fax")
    fill("fax", "+55 11 1234")
    hide("fax")

    publication = purging.purge("CL", "fax", values=1, by=operator)

    event = AuditEvent.objects.filter(verb="purge").get()
    assert event.subject == str(publication)
    assert event.details == {"steps": 1, "entities": ["CL"], "fields": ["fax"], "values_left_out": 1}


def test_more_values_than_were_confirmed_stop_it(add_field, fill, hide, operator, columns_of):
    add_field("fax")
    fill("fax", "1", "2")
    hide("fax")

    with pytest.raises(ValuesWouldBeLost):
        purging.purge("CL", "fax", values=1, by=operator)

    assert "fax" in columns_of("record_cl")


def test_a_kept_column_is_purged_and_the_field_stays(add_field, fill, retype, operator, values, columns_of):
    add_field("points", "Decimal")
    fill("points", Decimal("2.00"))
    retype("points", "Integer")
    (kept,) = current.entity("CL").kept

    purging.purge("CL", kept.name, values=1, by=operator)

    assert kept.name not in columns_of("record_cl")
    assert current.entity("CL").kept == ()
    assert values("points") == {"a": 2}


def test_what_is_in_sight_cannot_be_purged(add_field, operator):
    add_field("fax")

    with pytest.raises(UnpublishableSchema, match="Customers has no hidden field or kept column fax"):
        purging.purge("CL", "fax", values=0, by=operator)


def test_a_field_that_a_cluster_is_over_is_not_purged(hide, operator):
    create_cluster("Dealers", by=operator)
    hide("Dealers")

    with pytest.raises(UnpublishableSchema, match="Dealers cannot be purged while Cluster Dealers depends on it"):
        purging.purge("CL", "Dealers", values=9, by=operator)


def test_a_hidden_rule_is_purged_although_it_has_no_column(add_field, hide, operator):
    add_field("vip", "Rule", options={"expression": "approved=true"})
    hide("vip")

    purging.purge("CL", "vip", values=0, by=operator)

    assert not Field.objects.filter(name="vip").exists()


def test_hiding_what_a_rule_reads_is_refused_by_its_name(add_field, hide):
    add_field("spent", "Decimal")
    add_field("rich", "Rule", options={"expression": "spent>1000"})

    with pytest.raises(UnpublishableSchema, match="The rule of rich cannot be answered"):
        hide("spent")
