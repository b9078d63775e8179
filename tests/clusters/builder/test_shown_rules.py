"""Rules as the builder shows them: as conditions that are saved as they were, or as a text with the reason."""

from html import unescape

import pytest

from clusters import membership
from clusters.builder.conditions import FormClause
from clusters.builder.offering import kind_of, offered
from clusters.builder.operators import operators_of, options
from clusters.builder.rule_conversion import rule_of
from clusters.catalogue import creating
from crm.records.querying import checked_rule
from crm.records.writing import saving
from crm.rules.printing import print_rule
from crm.schema.generated import current
from tests.clusters.builder.sent_form import inputs

pytestmark = pytest.mark.django_db
NEW = "/clusters/new/"
VALUES = {"integer": "1", "decimal": "1.5", "date": "2020-01-01", "datetime": "2020-01-01"}


@pytest.fixture
def rule_page(spenders, manager_client, operator):
    """The page of a cluster's rule, and what is stored after it was sent back unchanged."""

    def shown(rule: str, entity: str = "CL") -> tuple[str, str]:
        some = creating.create_cluster("Some", rule=rule, entity=entity, by=operator)
        page = manager_client.get("/clusters/Some/rule/").content.decode()
        manager_client.post("/clusters/Some/rule/", inputs(page))
        some.refresh_from_db()
        return page, membership.rule_text(some)

    return shown


@pytest.mark.parametrize(
    ("rule", "operator_name", "value"),
    [
        ("firstName=An*", "like", "An*"),
        ("firstName=a*z", "like", "a*z"),
        ("firstName<>*na", "unlike", "*na"),
        (r'firstName="5\*off*"', "like", r"5\*off*"),
        ("createdBy=ana@example.com", "eq", "ana@example.com"),
        ("updatedBy contains Ana", "contains", "Ana"),
        ("id in (a1, b2)", "in", "a1, b2"),
        ("birthDate<>2000-01-01", "ne", "01/01/2000"),
        ("approved<>true", "ne", "true"),
        ("brandVisitedTag=Nike", "eq", "Nike"),
    ],
)
def test_a_rule_is_shown_as_a_condition_and_saved_as_it_was(rule_page, rule, operator_name, value):
    page, saved = rule_page(rule)

    assert (inputs(page)["b-op-0.0"], inputs(page)["b-value-0.0"]) == (operator_name, value)
    assert saved == rule


@pytest.mark.parametrize("rule", ["userId=a1", "userId<>ana@example.com", "userId in (a1, b2)", "userId=*example.com"])
def test_another_record_is_compared_by_its_id_or_by_what_is_shown_of_it(rule_page, rule):
    page, saved = rule_page(rule, entity="AD")

    assert 'name="b-field-0.0" value="userId"' in page
    assert saved == rule


def test_a_condition_on_another_record_finds_it_by_its_email(spenders, manager_client, operator):
    ana = saving.create(spenders, {"email": "ana@example.com"}, by=operator)
    saving.create(current.models()["AD"], {"userId": ana.pk, "city": "Santos"}, by=operator)
    page = manager_client.get(NEW, {"label": "x", "entity": "AD", "b-join-0": "all", "b-text": "", "b-act": "add:0:userId"})

    sent = {**inputs(page.content.decode()), "label": "x", "entity": "AD", "b-value-0.0": "ana@example.com", "b-act": "show"}
    page = manager_client.get(NEW, sent).content.decode()

    assert inputs(page)["rule"] == "userId=ana@example.com"
    assert "<strong>1 record</strong>" in page


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("firstName in (An*, Bia)", "“An*” stands for any text at its “*”"),
        ("firstName>B", "The form does not compare “First name” by “is more than”."),
        ('firstName in ("a, b")', "The form could not send the value “a, b” of “First name” back as it is."),
        ("bucket(10)=3", "drawn by their ids"),
        ("anniversary(birthDate)=today", "only between two days"),
        (" OR ".join(f"firstName=a{n}" for n in range(70)), "More than 60 conditions"),
    ],
)
def test_a_rule_that_stays_a_text_says_why(rule_page, rule, reason):
    page, saved = rule_page(rule)

    assert reason in unescape(page).split("it stays a text. ")[1][:100]
    assert saved == rule


@pytest.mark.parametrize("acronym", ["CL", "AD"])
def test_every_operator_that_is_offered_makes_a_rule_that_is_valid(spenders, operator, acronym):
    offer, model = offered(acronym, operator), current.models()[acronym]

    for field in offer.fields.values():
        named = [value for value, _label in options(field.definition)] or [VALUES.get(kind_of(field.definition), "a")]
        for name in operators_of(field):
            values = {"between": (named[0],) * 2, "yearly": (named[0],) * 2, "last": ("3", "d"), "before": ("3", "d")}
            rule = rule_of(FormClause(field.key, name, values.get(name, (named[0],))))
            assert checked_rule(print_rule(rule), model, reader=operator), (field.key, name)


def test_a_pattern_without_a_wildcard_is_a_value(spenders, manager_client):
    page = manager_client.get(NEW, {"label": "x", "rule": "firstName=An*"}).content.decode()

    page = manager_client.get(NEW, {**inputs(page), "b-value-0.0": "Ana", "b-act": "show"}).content.decode()

    assert inputs(page)["rule"] == "firstName=Ana"


def test_too_many_wildcards_are_refused_and_kept(spenders, manager_client):
    page = manager_client.get(NEW, {"label": "x", "rule": "firstName=An*"}).content.decode()

    page = manager_client.get(NEW, {**inputs(page), "b-value-0.0": "a*" * 9, "b-act": "show"}).content.decode()

    assert inputs(page)["b-value-0.0"] == "a*" * 9
    assert "A value takes at most 8 wildcards." in page
