"""A field that a rule or a cluster reads is never publicly writable, in both directions."""

import pytest

from clusters.catalogue.creating import create_cluster
from crm.schema.draft import public_access
from crm.schema.errors import InvalidField, UnpublishableSchema
from crm.schema.generated import current
from crm.schema.models import Field, Publication
from crm.schema.publishing import publishing


@pytest.fixture
def open_for_writing(db, operator):
    def opened(name: str) -> None:
        Field.objects.filter(entity__acronym="CL", name=name).update(public_write=True)
        publishing.publish(by=operator)

    return opened


def test_a_field_that_nothing_reads_may_be_written_without_credentials(add_field, open_for_writing):
    add_field("nickname")

    open_for_writing("nickname")

    assert current.entity("CL").field("nickname").public_write


def test_what_a_cluster_is_over_is_refused_by_the_clusters_name(open_for_writing, operator):
    create_cluster("Dealers", by=operator)

    with pytest.raises(
        UnpublishableSchema,
        match="Dealers of Customers cannot be written without credentials: it decides who is in Cluster Dealers",
    ):
        open_for_writing("Dealers")


def test_what_a_rule_reads_through_another_rule_is_refused_with_both_names(add_field, open_for_writing):
    add_field("spent", "Decimal")
    add_field("rich", "Rule", options={"expression": "spent>1000"})
    add_field("vip", "Rule", options={"expression": "rich=true"})

    with pytest.raises(UnpublishableSchema, match="who is in Rule rich, Rule vip"):
        open_for_writing("spent")


def test_a_rule_over_a_publicly_writable_field_is_refused(add_field, open_for_writing, operator):
    add_field("spent", "Decimal")
    open_for_writing("spent")

    with pytest.raises(UnpublishableSchema, match="spent of Customers cannot be written"):
        create_cluster("Big spenders", rule="spent>1000", by=operator)
    with pytest.raises(InvalidField, match="so nothing may depend on it"):
        public_access.check_may_be_read(current.entity("CL"), "spent")


@pytest.mark.parametrize("name", ["isNewsletterOptIn", "approved"])
def test_consent_and_approval_never_are(open_for_writing, name):
    with pytest.raises(UnpublishableSchema, match="can never be written"):
        open_for_writing(name)


def test_what_was_so_before_hinders_nobody(add_field, customers):
    newest = Publication.objects.first()
    for field in newest.snapshot["entities"][0]["fields"]:
        field["public_write"] = field["name"] == "approved"
    Publication.objects.filter(pk=newest.pk).update(snapshot=newest.snapshot, digest="another")
    Field.objects.filter(name="approved").update(public_write=True)

    add_field("spent", "Decimal")

    assert current.entity("CL").field("spent")
