"""The builder on its pages, without scripts."""

import re

import pytest

from clusters import membership
from clusters.catalogue import creating
from clusters.models import Cluster
from clusters.views import editing
from crm.people.models import Role
from crm.records.writing import saving
from tests.clusters.builder.sent_form import inputs

pytestmark = pytest.mark.django_db


def test_a_rule_is_built_condition_by_condition_and_saved(spenders, manager_client):
    page = manager_client.get("/clusters/new/", {"label": "Rich of SP"}).content.decode()
    page = manager_client.get(
        "/clusters/new/", {**inputs(page), "label": "Rich of SP", "b-act": "add:0", "b-new-0": "state"}
    ).content.decode()
    page = manager_client.get(
        "/clusters/new/", {**inputs(page), "b-value-0.0": "SP", "b-act": "add:0", "b-new-0": "totalSpent"}
    ).content.decode()
    assert "2 remain" in page

    sent = {**inputs(page), "b-op-0.1": "gt", "b-value-0.1": "1,000", "label": "Rich of SP"}
    answer = manager_client.post("/clusters/new/", sent)

    assert answer["Location"] == "/clusters/RichOfSP/"
    assert membership.rule_text(Cluster.objects.get()) == "state=SP AND totalSpent>1000"
    assert membership.members(Cluster.objects.get()).count() == 1


def test_each_condition_says_how_many_are_left(spenders, manager_client, operator):
    creating.create_cluster("Rich", rule="state=SP AND totalSpent>1000", by=operator)

    page = manager_client.get("/clusters/Rich/rule/").content.decode()

    assert "of 3 customers" in page
    assert re.findall(r"(\d+) remains?", page) == ["2", "1"]


def test_conditions_follow_the_text(spenders, manager_client, operator):
    creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)
    page = manager_client.get("/clusters/Rich/rule/").content.decode()

    changed = manager_client.get(
        "/clusters/Rich/rule/", {**inputs(page), "rule": "state=RJ OR state=SP", "b-act": "show"}
    ).content.decode()

    assert '<option value="any" selected>' in changed
    assert changed.count('value="state"') >= 2


def test_text_follows_the_conditions(spenders, manager_client, operator):
    creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)
    page = manager_client.get("/clusters/Rich/rule/").content.decode()

    changed = manager_client.get("/clusters/Rich/rule/", {**inputs(page), "b-op-0.0": "empty", "b-act": "show"}).content.decode()

    assert "totalSpent is null" in changed


def test_conditions_are_dropped_and_grouped(spenders, manager_client, operator):
    creating.create_cluster("Rich", rule="state=SP AND totalSpent>1000", by=operator)
    page = manager_client.get("/clusters/Rich/rule/").content.decode()

    dropped = manager_client.get("/clusters/Rich/rule/", {**inputs(page), "b-act": "drop:0.0"}).content.decode()
    assert inputs(dropped)["rule"].startswith("totalSpent")
    assert "state" not in inputs(dropped)["rule"]
    grouped = manager_client.get("/clusters/Rich/rule/", {**inputs(dropped), "b-act": "group:0"}).content.decode()
    assert 'name="b-join-0.1"' in grouped


def test_saved_is_what_was_changed_last(spenders, manager_client, operator):
    rich = creating.create_cluster("Rich", rule="state=SP", by=operator)
    page = manager_client.get("/clusters/Rich/rule/").content.decode()

    manager_client.post("/clusters/Rich/rule/", {**inputs(page), "b-value-0.0": "RJ"})
    assert membership.rule_text(rich) == "state=RJ"

    page = manager_client.get("/clusters/Rich/rule/").content.decode()
    manager_client.post("/clusters/Rich/rule/", {**inputs(page), "rule": "state=MG"})
    assert membership.rule_text(rich) == "state=MG"


def test_rule_beyond_conditions_stays_a_text_and_says_so(spenders, manager_client, operator):
    creating.create_cluster("Homes", rule="has(AD where city in (S*, RJ))", by=operator)

    assert "it stays a text" in manager_client.get("/clusters/Homes/rule/").content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"b-join-0": "xor", "b-text": ""},
        {"b-join-0": "all", "b-text": "", "b-field-0.0": "nothing", "b-op-0.0": "eq"},
        {"b-join-0": "all", "b-text": "", "b-act": "drop:0.99"},
        {"b-join-0": "all", "b-text": "", "b-act": "add:0.7.7", "b-new-0.7.7": "state"},
        {"b-join-0": "all", "b-text": "", "b-act": "drop:x"},
        {"b-join-0": "all", "b-text": "", "b-field-0.x": "state", "b-op-0.x": "bad", "b-value-0.x": "\x00"},
        {"b-join-0": "all", "b-text": "", **{f"b-field-0.{n}": "state" for n in range(100)}},
        {"b-join-0": "all", "b-text": "", "b-join-0.0.0.0.0.0.0": "all"},
        {"b-join-0": "all", "b-text": "", "b-field-0.0": "totalSpent", "b-op-0.0": "gt", "b-value-0.0": "many"},
        {"b-join-0": "all", "b-text": "", "b-act": "drop:0.²"},
        {"b-join-0": "all", "b-text": "", "b-act": "drop:0." + "9" * 5000},
        {"b-join-0": "all", "b-text": "", "b-field-0.²": "state"},
        {"b-join-0": "all", "b-text": "", "b-field-0." + "9" * 5000: "state"},
        {
            "b-join-0": "all",
            "b-text": "",
            "b-field-0.0": "birthDate",
            "b-op-0.0": "last",
            "b-value-0.0": "99999999",
            "b-unit-0.0": "d",
        },
    ],
)
def test_hostile_forms_are_answered(spenders, manager_client, sent):
    assert manager_client.get("/clusters/new/", {"label": "x", "rule": "", **sent}).status_code in {200, 422}


@pytest.mark.parametrize("language", ["en", "pt-br"])
@pytest.mark.parametrize("typed", ["10", "10.0", "10.50", "1000", "0.125"])
def test_a_number_stays_as_it_was_typed(spenders, manager_client, typed, language):
    spoken, local = {"accept-language": language}, typed if language == "en" else typed.replace(".", ",")
    page = manager_client.get("/clusters/new/", {"label": "x", "rule": "totalSpent>7"}, headers=spoken).content.decode()

    page = manager_client.get("/clusters/new/", {**inputs(page), "b-value-0.0": local}, headers=spoken).content.decode()

    assert (inputs(page)["b-value-0.0"], inputs(page)["rule"]) == (local, f"totalSpent>{typed}")


def test_a_day_stays_a_whole_day_where_moments_are_compared(spenders, manager_client):
    page = manager_client.get("/clusters/new/", {"label": "x", "rule": "createdIn>2026-01-01"}).content.decode()

    page = manager_client.get("/clusters/new/", {**inputs(page), "b-value-0.0": "02/28/2026"}).content.decode()

    assert (inputs(page)["b-value-0.0"], inputs(page)["rule"]) == ("02/28/2026", "createdIn>2026-02-28")


def test_values_of_a_field_are_shown_with_their_numbers(spenders, manager_client):
    assert re.search(r"SP</th><td[^>]*>2<", manager_client.get("/clusters/new/values/?field=state").content.decode())
    assert "three quarters at most" in manager_client.get("/clusters/new/values/?field=totalSpent").content.decode()
    assert manager_client.get("/clusters/new/values/?field=nothing").status_code == 404


def test_values_say_of_which_records_they_are(spenders, manager_client):
    page = manager_client.get("/clusters/new/values/?field=city&entity=AD").content.decode()

    assert "Addresses: the most frequent values, and how many have them." in page


def test_a_moment_at_the_end_of_a_sentence_has_one_full_stop(spenders, manager_client, operator):
    saving.create(spenders, {"firstName": "Davi", "rclastsessiondate": "2026-03-04T10:20:00-03:00"}, by=operator)

    page = manager_client.get("/clusters/new/values/?field=rclastsessiondate").content.decode()

    assert "three quarters at most 03/04/2026 10:20 a.m.</p>" in page


@pytest.mark.parametrize("rule", ["createdIn>today-3d", "Rich=true"])
def test_a_field_without_values_of_its_own_links_to_none(spenders, manager_client, operator, rule):
    creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)

    assert "values-link" not in manager_client.get("/clusters/new/", {"label": "x", "rule": rule}).content.decode()


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/clusters/new/preview/", {"rule": "city is null", "entity": "AD"}),
        ("/clusters/new/", {"label": "x", "rule": "city is null", "entity": "AD"}),
    ],
)
def test_the_permission_asked_is_that_of_the_entity_that_is_used(spenders, manager_client, monkeypatch, address, sent):
    asked = []
    monkeypatch.setattr(editing, "require", lambda _actor, _verb, entity, *_field: asked.append(entity))

    page = manager_client.get(address, sent).content.decode()

    assert asked == ["AD"]
    assert "0 records" in page


def test_what_is_sent_is_the_entity_and_not_what_the_address_says(spenders, manager_client):
    sent = {"label": "Homeless", "rule": "city is null", "entity": "AD"}

    assert manager_client.post("/clusters/new/?entity=CL", sent)["Location"] == "/clusters/Homeless/"
    assert Cluster.objects.get().entity == "AD"


def test_the_entity_of_the_address_is_that_of_the_cluster_where_none_is_sent(spenders, manager_client):
    manager_client.post("/clusters/new/?entity=AD", {"label": "Homeless", "rule": "city is null"})

    assert Cluster.objects.get().entity == "AD"


def test_editor_may_not_build(spenders, sign_in):
    assert sign_in(Role.EDITOR).get("/clusters/new/").status_code == 403


@pytest.mark.parametrize("language", ["en", "pt-br"])
@pytest.mark.parametrize(
    "rule",
    [
        "approved<>true",
        "approved is null",
        "birthDate>=2000-01-01",
        "birthDate<=2000-01-01",
        "birthDate<>2000-01-01",
        "birthDate in (2000-01-01, 2001-01-01)",
        "birthDate>now-30d",
        "totalSpent in (10, 20)",
        "totalSpent>1000.00",
        "state>M",
        'state in ("SP, RJ", MG)',
        'state=" SP"',
    ],
)
def test_rule_saved_unchanged_stays_as_it_was(spenders, manager_client, operator, rule, language):
    rich = creating.create_cluster("Rich", rule=rule, by=operator)
    before, spoken = membership.rule_text(rich), {"accept-language": language}
    page = manager_client.get("/clusters/Rich/rule/", headers=spoken).content.decode()

    answer = manager_client.post("/clusters/Rich/rule/", inputs(page), headers=spoken)

    assert (answer.status_code, membership.rule_text(Cluster.objects.get())) == (302, before)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"b-value-0.1": ""}, "Fill in the value of"),
        ({"b-field-0.1": "goneSince"}, "There is no field “goneSince”."),
        ({f"b-field-0.{n}": "state" for n in range(2, 80)}, "are written as a text"),
        ({"b-join-0.2.0.0.0.0": "all", **{f"b-join-0.2{'.0' * n}": "all" for n in range(4)}}, "are written as a text"),
    ],
)
def test_conditions_that_cannot_be_saved_are_refused_not_left_out(spenders, manager_client, operator, sent, reason):
    creating.create_cluster("Rich", rule="state=SP AND totalSpent>1000", by=operator)
    page = manager_client.get("/clusters/Rich/rule/").content.decode()

    answer = manager_client.post("/clusters/Rich/rule/", {**inputs(page), **sent})

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert membership.rule_text(Cluster.objects.get()) == "state=SP AND totalSpent>1000"


def test_new_cluster_leaves_no_unfinished_condition_out(spenders, manager_client):
    sent = {
        "b-join-0": "all",
        "b-text": "",
        "rule": "",
        "b-field-0.0": "state",
        "b-op-0.0": "eq",
        "b-value-0.0": "",
        "label": "Rich",
    }

    assert manager_client.post("/clusters/new/", sent).status_code == 422
    assert not Cluster.objects.exists()


def test_values_are_of_the_entity_that_the_rule_is_about(spenders, manager_client):
    page = manager_client.get("/clusters/new/", {"entity": "AD", "label": "Homes", "rule": "state=SP"}).content.decode()

    assert "field=state&amp;entity=AD" in page


def test_each_step_says_what_it_takes_away_or_adds(spenders, manager_client):
    page = manager_client.get("/clusters/new/", {"label": "x", "rule": "state=SP AND totalSpent>1000"}).content.decode()
    assert re.findall(r"<small>(.*?)</small>", page) == ["\N{MINUS SIGN}1"] * 2
    assert re.findall(r'class="joiner">(\w+)<', page) == ["AND"]

    page = manager_client.get("/clusters/new/", {"label": "x", "rule": "state=RJ OR totalSpent>1000"}).content.decode()
    assert re.findall(r"<small>(.*?)</small>", page) == ["+1", "+1"]
    assert re.findall(r'class="joiner">(\w+)<', page) == ["OR"]


def test_conditions_are_joined_by_words_of_the_readers_language(spenders, manager_client):
    rule = "NOT (state=SP OR totalSpent>1000)"
    spoken = {"accept-language": "pt-br"}
    page = manager_client.get("/clusters/new/", {"label": "x", "rule": rule}, headers=spoken).content.decode()

    assert re.findall(r'class="joiner">(\w+)<', page) == ["NÃO", "NEM"]
    assert rule.replace(">", "&gt;") in page


def test_who_would_join_and_leave_is_named(spenders, manager_client, operator):
    creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)

    page = manager_client.get(
        "/clusters/new/preview/", {"cluster": "Rich", "rule": "firstName=Bia OR firstName=Ana"}
    ).content.decode()

    moves = re.findall(r'<details class="moves (\w+)">.*?(\d) (?:joins|leaves).*?/crm/CL/([^/]+)/', page, re.S)
    ids = {person.firstName: person.pk for person in spenders.objects.all()}
    assert moves == [("joining", "1", ids["Bia"]), ("leaving", "1", ids["Caio"])]
