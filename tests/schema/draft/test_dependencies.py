"""What depends on a field."""

import pytest

from clusters.catalogue.creating import create_cluster
from crm.schema.draft import dependencies
from crm.schema.publishing import publishing


@pytest.fixture
def dependents(db):
    """Kind and label of all that depends on a field of CL as it is published."""

    def found(name: str) -> list[tuple[str, str]]:
        snapshot = publishing.published_snapshot()
        return [(each.kind, each.label) for each in dependencies.dependents(snapshot.entities["CL"], snapshot, name)]

    return found


def test_nothing_depends_on_a_field_that_is_nowhere(dependents):
    assert dependents("tradePolicy") == [("Form", "Customers")]
    assert dependents("userId") == []


def test_forms_and_indexes_that_name_it(dependents, add_field, customers, operator):
    add_field("code")
    customers.indexes.create(name="codes", fields=["code", "gender"])
    publishing.publish(by=operator)

    assert dependents("code") == [("Form", "Customers"), ("Index", "codes")]
    assert ("Index", "codes") in dependents("gender")


def test_rules_that_read_it_themselves_or_through_another_rule(dependents, add_field):
    add_field("spent", "Decimal")
    add_field("rich", "Rule", options={"expression": "spent>1000"})
    add_field("richAndApproved", "Rule", options={"expression": "rich=true AND approved=true"})

    assert dependents("spent")[:2] == [("Rule", "rich"), ("Rule", "richAndApproved")]
    assert dependents("rich")[:1] == [("Rule", "richAndApproved")]


def test_a_cluster_over_it_and_clusters_by_a_rule_that_reads_it(dependents, add_field, operator):
    add_field("spent", "Decimal")
    create_cluster("Dealers", by=operator)
    create_cluster("Big spenders", rule="spent>1000 AND Dealers=true", by=operator)

    assert dependents("Dealers")[:2] == [("Cluster", "Dealers"), ("Cluster", "Big spenders")]
    assert dependents("spent")[:1] == [("Cluster", "Big spenders")]
