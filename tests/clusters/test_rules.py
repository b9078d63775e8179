"""Clusters that a rule fills: made, counted, read by other rules, and kept from breaking."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clusters import membership
from clusters.catalogue import creating
from clusters.catalogue.changing import ClusterChange, change_cluster
from clusters.models import Cluster
from clusters.why import explaining
from clusters.why.changes import last_changes
from crm.people.models import AuditEvent
from crm.records.writing import saving
from crm.rules.errors import RuleError
from crm.schema import errors
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing, new_fields
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import draft_and_publish, publishing


def told(name, *arguments, **options):
    output = StringIO()
    call_command(name, *arguments, "--json", stdout=output, **options)
    return json.loads(output.getvalue())


def test_the_command_makes_a_cluster_with_a_rule(spenders):
    facts = told("create_cluster", "Big", rule="totalSpent>1000")

    assert facts == {"cluster": "Big", "entity": "CL", "field": "Big", "rule": "totalSpent>1000", "members": 2}
    assert current.entity("CL").field("Big").type == "Rule"
    (listed,) = told("list_clusters")["clusters"]
    assert listed.items() >= {**facts, "label": "Big", "kind": "rule", "archived": False}.items()


def test_members_follow_the_records_at_once(spenders, operator):
    cluster = creating.create_cluster("Big", rule="totalSpent>1000", by=operator)
    bia = spenders.objects.get(firstName="Bia")

    saving.update(bia, {"totalSpent": 1000.01}, by=operator)

    assert membership.counts([cluster]) == {"Big": 3}


def test_a_rule_may_read_another_cluster(spenders, operator):
    creating.create_cluster("Big", rule="totalSpent>1000", by=operator)
    creating.create_cluster("Local", rule="Big=true AND NOT state=RJ", by=operator)

    assert membership.counts(Cluster.objects.all()) == {"Big": 2, "Local": 1}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("totalSpend>1", "Did you mean “totalSpent”?"),
        ("totalSpent>much", "a number such as 1234.50"),
        ("state=SP AND", "ends too early"),
        ("Big=true", "no field “Big”"),
    ],
)
def test_a_rule_that_cannot_be_answered_makes_nothing(spenders, operator, rule, said):
    with pytest.raises(RuleError) as refusal:
        creating.create_cluster("Big", rule=rule, by=operator)

    assert said in str(refusal.value)
    assert not Cluster.objects.exists()
    assert not Field.objects.filter(name="Big").exists()


def test_the_command_refuses_in_one_line(spenders):
    with pytest.raises(CommandError, match="Did you mean “totalSpent”"):
        call_command("create_cluster", "Big", rule="totalSpend>1")


def test_a_circle_is_refused_by_its_names(spenders, operator):
    creating.create_cluster("Big", rule="totalSpent>1000", by=operator)
    local = creating.create_cluster("Local", rule="Big=true", by=operator)

    with pytest.raises(errors.UnpublishableSchema, match="Big is a rule over Local, which is a rule over Big"):
        change_cluster(Cluster.objects.get(name="Big"), ClusterChange(rule="Local=true OR state=SP"), by=operator)

    assert membership.rule_text(Cluster.objects.get(name="Big")) == "totalSpent>1000"
    assert membership.counts([local]) == {"Local": 2}


def test_a_field_that_a_rule_reads_cannot_be_hidden(spenders, operator):
    creating.create_cluster("Big", rule="totalSpent>1000", by=operator)
    editing.hide_field(Field.objects.get(entity__acronym="CL", name="totalSpent"))

    with pytest.raises(errors.UnpublishableSchema, match="The rule of Big cannot be answered: There is no field “totalSpent”"):
        publishing.publish(by=operator)


def test_a_changed_rule_is_audited(spenders, operator):
    cluster = creating.create_cluster("Big", rule="totalSpent>1000", by=operator)

    change_cluster(cluster, ClusterChange(rule="totalSpent>1500"), by=operator)

    event = AuditEvent.objects.get(verb="rule")
    assert (event.subject, event.details) == ("Big", {"before": "totalSpent>…", "after": "totalSpent>…"})


def test_why_in_and_why_out_of_a_rule(spenders):
    told("create_cluster", "Big", rule="state=SP AND totalSpent>1000")
    bia = spenders.objects.get(firstName="Bia")

    assert told("explain_membership", "Big", f"CL-{bia.pk.upper()}") == {
        "cluster": "Big",
        "record": bia.pk,
        "member": False,
        "tree": {
            "all": [
                {"clause": "state=SP", "actual": "SP", "holds": True},
                {"clause": "totalSpent>1000", "actual": 10.0, "holds": False},
            ],
            "holds": False,
        },
        "clauses": [
            {"clause": "state=SP", "actual": "SP", "holds": True},
            {"clause": "totalSpent>1000", "actual": 10.0, "holds": False},
        ],
        "since": None,
        "by": None,
        "cause": None,
    }


def test_r63_why_keeps_not_and_or_of_the_rule(spenders):
    told("create_cluster", "Big", rule="totalSpent>1000")
    told("create_cluster", "Others", rule="NOT (Big=true OR state=RJ)")
    ana = spenders.objects.get(firstName="Ana")

    facts = told("explain_membership", "Others", ana.pk)

    big = {"clause": "totalSpent>1000", "actual": 2000.0, "holds": True}
    leaves = [
        {"clause": "Big=true", "actual": True, "holds": True, "tree": big},
        {"clause": "state=RJ", "actual": "SP", "holds": False},
    ]
    assert (facts["member"], facts["clauses"]) == (False, leaves)
    assert facts["tree"] == {"not": [{"any": leaves, "holds": True}], "holds": False}


def test_why_for_people_is_the_rule_line_by_line(spenders):
    told("create_cluster", "Others", rule="NOT (totalSpent>1000 OR state=RJ)")
    bia, output = spenders.objects.get(firstName="Bia"), StringIO()

    call_command("explain_membership", "Others", bia.pk, stdout=output)

    assert output.getvalue().splitlines() == [
        f"{bia.pk} is in Others",
        "  yes not",
        "    no  any of",
        "      no  totalSpent>1000  (holds 10.0)",
        "      no  state=RJ  (holds SP)",
    ]


def test_why_of_a_cluster_filled_by_hand_says_since_when_and_by_whom(spenders, operator):
    cluster = creating.create_cluster("Dealers", by=operator)
    model = current.models()["CL"]
    ana = saving.update(model.objects.get(firstName="Ana"), {"Dealers": True}, by=operator)
    saving.update(ana, {"lastName": "Lima"}, by=operator)

    told = explaining.explain_membership(cluster, model.objects.get(pk=ana.pk), reader=operator)

    assert told.member is True
    assert [(clause.clause, clause.actual, clause.holds) for clause in told.clauses] == [("Dealers=true", True, True)]
    assert (told.by, told.cause) == ("operator, by command", "person")
    assert told.since == last_changes([ana], "Dealers")[ana.pk].at


@pytest.mark.parametrize(("name", "record"), [("Nobody", "x"), ("Big", "x"), ("Big", "../x")])
def test_what_is_not_there_cannot_be_explained(spenders, name, record):
    told("create_cluster", "Big", rule="totalSpent>1000")

    with pytest.raises(CommandError):
        call_command("explain_membership", name, record)


def test_a_rule_field_by_command_needs_an_expression_that_holds_water(spenders, operator):
    drafted = DataEntity.objects.get(acronym="CL")

    with pytest.raises(errors.InvalidField, match="needs the option “expression”"):
        draft_and_publish.add_and_publish(drafted, new_fields.new_definition("Empty", "Rule"), by=operator)
    with pytest.raises(errors.UnpublishableSchema, match="no field “nothing”"):
        draft_and_publish.add_and_publish(
            drafted, new_fields.new_definition("Bad", "Rule", options={"expression": "nothing=1"}), by=operator
        )

    assert not Field.objects.filter(name__in=["Empty", "Bad"]).exists()


def test_the_page_says_that_a_rule_names_an_option_that_was_retired(spenders, operator, client, reader):
    options = [{"value": "gold", "label": "Gold"}, {"value": "old", "label": "Once a friend"}]
    customers = DataEntity.objects.get(acronym="CL")
    tier = FieldDefinition("tier", "Choice", {"en": "Tier"}, options={"choices": options})
    editing.add_field(customers, tier)
    publishing.publish(by=operator)
    model = current.models()["CL"]
    saving.update(model.objects.first(), {"tier": "old"}, by=operator)
    told("create_cluster", "Former", rule="tier='once a friend' AND totalSpent>=0")
    assert membership.rule_text(Cluster.objects.get(name="Former")) == "tier=old AND totalSpent>=0"
    client.force_login(reader.user)
    said = "The rule finds the records that still hold it."
    assert said not in client.get("/clusters/Former/").text

    editing.change_field(Field.objects.get(entity=customers, name="tier"), options={"choices": options[:1]})
    publishing.publish(by=operator)

    page = client.get("/clusters/Former/").text
    assert said in page
    assert told("list_clusters")["clusters"][0]["members"] == 1
