"""Clusters to start from."""

import pytest

from clusters.catalogue import creating, templates
from clusters.models import Cluster
from crm.people.models import Role
from crm.records.writing import saving
from crm.schema.draft.new_fields import new_definition
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing.draft_and_publish import add_and_publish

pytestmark = pytest.mark.django_db


def proposal(name: str, reader) -> templates.Proposal:
    return next(one for one in templates.proposals(reader=reader) if one.template.name == name)


def test_there_are_ten_and_each_says_what_it_needs_or_who_would_be_in(operator):
    proposed = templates.proposals(reader=operator)

    assert len(proposed) == 10
    assert {one.template.name: [field.name for field in one.missing] for one in proposed if one.missing} == {
        "best": ["totalSpent"],
        "lapsed": ["lastOrderAt"],
        "new": ["firstOrderAt"],
        "tiers": ["tier"],
        **({"state": ["state"]} if not proposal("state", operator).rule else {}),
    }


def test_every_rule_of_a_template_makes_a_cluster_once_its_fields_are_there(operator):
    for template in templates.TEMPLATES:
        templates.make_fields(template, by=operator)

    for one in templates.proposals(reader=operator):
        assert not one.missing
        if one.rule:
            cluster = creating.create_cluster(str(one.template.label), rule=one.rule, by=operator)
            assert Cluster.objects.filter(pk=cluster.pk).exists()


def test_best_customers_are_the_tenth_that_spent_most_today(operator):
    templates.make_fields(proposal("best", operator).template, by=operator)
    for number in range(1, 21):
        saving.create(current.models()["CL"], {"email": f"c{number}@example.com", "totalSpent": number * 10}, by=operator)
    saving.create(current.models()["CL"], {"email": "none@example.com"}, by=operator)

    best = proposal("best", operator)

    assert best.rule == "totalSpent>=190"
    assert best.members == 2


def test_numbers_of_all_templates_take_the_same_queries_for_any_number_of_customers(operator, django_assert_max_num_queries):
    for number in range(3):
        saving.create(current.models()["CL"], {"email": f"c{number}@example.com"}, by=operator)

    with current.pinned(), django_assert_max_num_queries(6):
        assert proposal("readers", operator).members == 0


def test_page_makes_the_missing_field_and_opens_the_draft(sign_in):
    client = sign_in(Role.ADMINISTRATOR)
    assert "Needs a field" in client.get("/clusters/new/templates/").content.decode()

    answer = client.post("/clusters/new/templates/", {"template": "lapsed"})

    assert current.entity("CL").field("lastOrderAt").type == "Date and Time"
    assert answer["Location"].startswith("/clusters/new/?label=No+order")
    assert "lastOrderAt" in client.get(answer["Location"]).content.decode()


def test_manager_sees_what_is_missing_but_may_not_make_it(manager_client):
    page = manager_client.get("/clusters/new/templates/").content.decode()

    assert "Needs a field" in page
    assert "Make it" not in page
    assert manager_client.post("/clusters/new/templates/", {"template": "lapsed"}).status_code == 403


def test_no_template_asks_a_field_that_is_there_as_something_else(operator, sign_in):
    customers = DataEntity.objects.get(acronym="CL")
    add_and_publish(customers, new_definition("totalSpent", "Varchar 50"), by=operator)
    add_and_publish(customers, new_definition("state", "Varchar 750"), by=operator)

    offered = {one.template.name for one in templates.proposals(reader=operator)}
    assert "best" not in offered
    assert len(offered) == 9
    assert sign_in(Role.ADMINISTRATOR).post("/clusters/new/templates/", {"template": "best"}).status_code == 200
