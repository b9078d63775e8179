"""Tiers: a cluster for each option of a Choice, whose members are those who have the option."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clusters import membership
from clusters.catalogue import creating
from clusters.models import Cluster
from clusters.why import explaining
from crm.extensions import extensions
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing import publishing

pytestmark = pytest.mark.django_db
CHOICES = [
    {"value": "gold", "label": {"en": "Gold", "pt-br": "Ouro"}, "colour": 1},
    {"value": "50% off", "label": "Half", "colour": 2},
]


@pytest.fixture
def tiered(operator):
    entity = DataEntity.objects.get(acronym="CL")
    editing.add_field(entity, FieldDefinition("tier", "Choice", options={"choices": CHOICES}, labels={"en": "Tier"}))
    editing.add_field(entity, FieldDefinition("state", "Varchar 10", labels={"en": "State"}))
    publishing.publish(by=operator)
    return current.models()["CL"]


def said(name, *arguments, **options):
    output = StringIO()
    call_command(name, *arguments, "--json", stdout=output, **options)
    return json.loads(output.getvalue())


def test_each_option_becomes_a_cluster_of_those_who_have_it(tiered, operator):
    ana = saving.create(tiered, {"firstName": "Ana", "tier": "gold"}, by=operator)
    saving.create(tiered, {"firstName": "Bia", "tier": "50% off"}, by=operator)
    saving.create(tiered, {"firstName": "Caio"}, by=operator)

    gold, half = creating.create_tiers("tier", by=operator)

    assert (gold.name, gold.rule, membership.kind_of(gold)) == ("Gold", "tier=gold", "tier")
    assert half.rule == 'tier="50% off"'
    assert list(membership.members(gold)) == [ana]
    assert membership.counts([gold, half]) == {"Gold": 1, "Half": 1}


def test_a_second_call_makes_only_what_is_missing(tiered, operator):
    creating.create_tiers("tier", values=["gold"], by=operator)

    creating.create_tiers("tier", by=operator)

    assert list(Cluster.objects.values_list("name", flat=True)) == ["Gold", "Half"]


def test_a_text_has_tiers_of_the_values_given(tiered):
    facts = said("create_tiers", "state", values=["SP", "RJ"])

    assert [(c["cluster"], c["rule"], c["kind"], c["members"]) for c in facts["clusters"]] == [
        ("SP", "state=SP", "value", 0),
        ("RJ", "state=RJ", "value", 0),
    ]


@pytest.mark.parametrize(
    ("field", "values", "why"),
    [
        ("nothing", [], "has no field “nothing”"),
        ("birthDate", [], "makes no tiers"),
        ("email", ["ana@example.com"], "makes no tiers"),
        ("state", ["x" * 11], "State: "),
        ("state", [""], "An empty value"),
        ("state", [], "say which values"),
        ("tier", ["silver"], "“silver” is no option"),
    ],
)
def test_what_makes_no_tiers_is_refused_in_words(tiered, field, values, why):
    with pytest.raises(CommandError, match=why):
        call_command("create_tiers", field, values=values)

    assert not Cluster.objects.exists()


def test_a_tiers_value_is_the_one_that_the_field_stores(tiered, operator):
    (home,) = creating.create_tiers("homePhone", values=["(11) 98888-7777"], by=operator)

    assert membership.value_of(home) == "+5511988887777"


def test_a_tier_takes_no_name_that_a_field_has(tiered, operator):
    (tier,) = creating.create_tiers("state", values=["tier"], by=operator)

    assert tier.name == "Tier2"


def test_a_tier_says_why_and_takes_no_chip_for_the_whole_field(tiered, operator):
    ana = saving.create(tiered, {"firstName": "Ana", "tier": "gold"}, by=operator)
    gold, _half = creating.create_tiers("tier", by=operator)

    explained = explaining.explain_membership(gold, ana, reader=operator)

    assert explained.tree.holds is True
    assert "tier" not in extensions.cluster_fields("CL")


def test_the_page_makes_tiers_of_a_choice(tiered, manager_client):
    assert "Tier" in manager_client.get("/clusters/new/tiers/").text

    answer = manager_client.post("/clusters/new/tiers/", {"field": "tier"}, follow=True)

    assert answer.redirect_chain == [("/clusters/", 302)]
    assert [row.cluster.name for row in answer.context["overview"].rows] == ["Gold", "Half"]


def test_the_page_says_where_tiers_come_from_while_there_is_no_choice(manager_client, monkeypatch):
    monkeypatch.setattr("clusters.catalogue.creating.tier_fields", lambda _entity: [])

    assert "No field with options yet" in manager_client.get("/clusters/new/tiers/").text
