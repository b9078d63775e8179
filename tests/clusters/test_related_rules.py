"""Clusters by rules over the records that refer to customers: their addresses, and orders of an entity of one's own."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from clusters import membership
from clusters.builder.previewing import preview
from clusters.catalogue import creating
from clusters.catalogue.changing import ClusterChange, change_cluster
from clusters.models import Cluster
from crm.records import querying
from crm.records.forms.conditions import Conditions
from crm.records.writing import saving
from crm.rules.errors import RuleError
from crm.schema.definitions import FieldDefinition
from crm.schema.designs.form_rules import FormRuleContext, check_rule
from crm.schema.draft import dependencies, editing, new_fields
from crm.schema.errors import UnpublishableSchema
from crm.schema.form_design import FormDesign
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import publishing, removing


@pytest.fixture
def addresses(spenders, operator):
    """Ana has two addresses in RJ and one in SP, Bia one in SP, Caio none."""
    model = current.models()["AD"]
    people = {person.firstName: person.pk for person in spenders.objects.all()}
    for place, (name, state) in enumerate([("Ana", "RJ"), ("Ana", "RJ"), ("Ana", "SP"), ("Bia", "SP")]):
        saving.create(model, {"userId": people[name], "state": state, "city": "Santos"}, by=operator, record_id=f"a{place}")
    return model


@pytest.fixture
def of_rio(addresses, operator):
    return creating.create_cluster("Of Rio", name="OfRio", rule="has(AD where state=RJ)", by=operator)


def names_of(cluster: Cluster) -> list[str]:
    return sorted(person.firstName for person in membership.members(cluster))


def explained(cluster: str, record: str) -> dict:
    answer = StringIO()
    call_command("explain_membership", cluster, record, json=True, stdout=answer)
    return json.loads(answer.getvalue())


def person(name: str):
    return current.models()["CL"].objects.get(firstName=name)


def test_a_cluster_of_those_who_have_an_address_there(of_rio, operator):
    assert names_of(of_rio) == ["Ana"]
    assert membership.counts([of_rio]) == {"OfRio": 1}
    assert membership.counts([of_rio, creating.create_cluster("Rest", rule="OfRio=false", by=operator)]) == {
        "OfRio": 1,
        "Rest": 2,
    }
    assert preview("OfRio=true", entity="CL", by=operator).members == 1


@pytest.fixture
def orders(define, spenders):
    owner = FieldDefinition("userId", "Relationship", options={"entity": "CL", "display": "email"})
    return define("OD", total="Decimal", userId=owner)


def test_a_cluster_counts_orders_of_an_entity_of_ones_own(orders, operator):
    for name, total in (("Ana", 300), ("Ana", 250), ("Bia", 900), ("Caio", None)):
        saving.create(orders, {"userId": person(name).pk, "total": total}, by=operator)
    rules = {"Twice": "count(OD)>=2", "Much": "sum(OD.total where total<600)>500", "Recent": "max(OD.createdIn)>now-1d"}

    found = {name: names_of(creating.create_cluster(name, rule=rule, by=operator)) for name, rule in rules.items()}

    assert found == {"Twice": ["Ana"], "Much": ["Ana"], "Recent": ["Ana", "Bia", "Caio"]}


def test_why_says_how_many_addresses_count_and_why(of_rio):
    answer = explained("OfRio", person("Ana").pk)

    assert answer["member"] is True
    assert answer["tree"]["clause"] == "has(AD where state=RJ)"
    assert (answer["tree"]["actual"], answer["tree"]["counted"], answer["tree"]["of"]) == (2, 2, 3)
    assert answer["tree"]["records"] == [
        {"id": "a0", "tree": {"clause": "state=RJ", "actual": "RJ", "holds": True}},
        {"id": "a1", "tree": {"clause": "state=RJ", "actual": "RJ", "holds": True}},
        {"id": "a2", "tree": {"clause": "state=RJ", "actual": "SP", "holds": False}},
    ]
    assert answer["clauses"] == [answer["tree"]]


def test_why_not_says_that_there_is_nothing(of_rio):
    tree = explained("OfRio", person("Caio").pk)["tree"]

    assert (tree["holds"], tree["actual"], tree["counted"], tree["records"]) == (False, 0, 0, [])


@pytest.mark.parametrize(
    ("language", "words", "number"),
    [
        ("en", "Has Addresses where State is RJ", "2 of 3 Addresses"),
        ("pt-br", "Tem Endereços em que Estado é RJ", "2 de 3 Endereços"),
        ("es", "Tiene Direcciones donde Estado es RJ", "2 de 3 Direcciones"),
    ],
)
def test_the_page_says_it_in_words(of_rio, manager_client, language, words, number):
    page = manager_client.get(f"/clusters/OfRio/why/{person('Ana').pk}/", headers={"accept-language": language})

    text = page.content.decode()
    assert words in text
    assert number in text
    assert '<a href="/crm/AD/a0/">' in text


def test_lists_show_sort_by_and_filter_by_such_a_rule(of_rio, browse):
    rule = "NOT has(AD where city=Santos) OR OfRio=true"

    page = browse.get("/crm/CL/", {"_where": rule, "_sort": "firstName ASC"})

    assert [row.record.firstName for row in page.context["rows"]] == ["Ana", "Caio"]


def test_a_rule_field_of_related_records_is_asked_through_the_relationship(of_rio):
    addresses = current.models()["AD"].objects.all()

    assert set(querying.matching(addresses, "userId.OfRio=true").values_list("pk", flat=True)) == {"a0", "a1", "a2"}


@pytest.mark.parametrize("name", ["total", "userId"])
def test_what_a_related_rule_reads_cannot_be_hidden(orders, operator, name):
    creating.create_cluster("Much", rule="sum(OD.total)>500", by=operator)
    editing.hide_field(Field.objects.get(entity__acronym="OD", name=name))

    with pytest.raises(UnpublishableSchema, match="Much"):
        publishing.publish(by=operator)


def test_what_depends_on_a_field_are_also_rules_of_the_records_it_refers_to(of_rio):
    snapshot = publishing.published_snapshot()

    found = dependencies.readers(snapshot.entities["AD"], snapshot, "state")

    assert [(each.kind, each.label) for each in found] == [("Cluster", "Of Rio")]


def test_a_circle_over_two_entities_is_refused_by_its_names(of_rio, operator):
    creating.create_cluster("Near", rule="userId.OfRio=true", entity="AD", by=operator)

    with pytest.raises(UnpublishableSchema, match=r"is a rule over AD\.Near, which is a rule over CL\.OfRio"):
        change_cluster(of_rio, ClusterChange(rule="has(AD where Near=true)"), by=operator)

    assert membership.rule_text(Cluster.objects.get(name="OfRio")) == "has(AD where state=RJ)"


def test_a_second_relationship_is_refused_while_a_rule_does_not_say_which(of_rio, operator):
    editing.add_field(
        DataEntity.objects.get(acronym="AD"),
        FieldDefinition("billedTo", "Relationship", options={"entity": "CL", "display": "email"}),
    )

    with pytest.raises(UnpublishableSchema, match="AD by userId"):
        publishing.publish(by=operator)


def test_labels_are_stored_as_names(addresses, operator):
    cluster = creating.create_cluster("Santos", rule='has(AD where "City"=santos) AND "First name" starts with A', by=operator)

    assert membership.rule_text(cluster) == "has(AD where city=santos) AND firstName starts with A"
    assert names_of(cluster) == ["Ana"]


def test_an_unknown_entity_is_refused_with_those_there_are(addresses, operator):
    with pytest.raises(RuleError, match="Expected: AD"):
        creating.create_cluster("Lost", rule="has(XX)", by=operator)


def test_such_clusters_are_exported_and_imported_with_the_schema(of_rio, tmp_path):
    file = tmp_path / "schema.json"
    call_command("export_schema", str(file))
    document = json.loads(file.read_text())

    call_command("import_schema", str(file), plan=True)

    assert "has(AD where state=RJ)" in json.dumps(document)


def test_an_entity_that_a_rule_asks_cannot_be_removed(orders, operator):
    creating.create_cluster("Much", rule="sum(OD.total)>500", by=operator)

    with pytest.raises(UnpublishableSchema, match="Much"):
        removing.remove("OD", by=operator)


def test_a_page_asks_the_index_of_the_relationship(of_rio):
    model = current.models()["CL"]
    shown = querying.with_answers(model.objects.filter(pk="x"), {"OfRio": "OfRio"})
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # of four addresses it would read all

    assert "ad_userId_idx" in shown.explain()


def test_a_rule_field_that_is_drafted_by_labels_is_stored_by_names(orders, operator):
    customers = DataEntity.objects.get(acronym="CL")
    rule = 'has(OD where "total">5) AND "First name"=Ana'

    field = editing.add_field(customers, new_fields.new_definition("Told", "Rule", options={"expression": rule}))
    changed = editing.change_field(field, options={"expression": '"First name" is empty'})

    assert Field.objects.get(name="Told").options["expression"] == changed.options["expression"] == "firstName is null"
    publishing.publish(by=operator)
    assert current.models()["CL"].entity.field("Told").options["expression"] == "firstName is null"


def test_export_and_change_of_members_take_such_rules(of_rio, operator, tmp_path):
    by_hand, file = creating.create_cluster("Dealers", by=operator), tmp_path / "people.csv"

    call_command("change_members", "Dealers", "add", where="count(AD where state=SP)=1 AND NOT OfRio=true")
    call_command("export_worksheet", str(file), where="has(AD)", fields="firstName,OfRio", sort="firstName ASC")

    assert names_of(by_hand) == ["Bia"]
    assert file.read_text("utf-8-sig").splitlines() == ["firstName,OfRio", "Ana,true", "Bia,false"]


def test_a_form_shows_a_field_by_what_refers_to_its_record(of_rio, operator):
    context = FormRuleContext(FormDesign(), current.entity("CL"), current.models().snapshot)
    field = context.entity.field("gender")

    rule = check_rule("shown_if", 'has(AD where "state"=rj)', field, context)
    conditions = Conditions(current.models()["CL"], operator)

    assert rule == "has(AD where state=rj)"
    assert [conditions.hold(rule, person(name), otherwise=False) for name in ("Ana", "Bia")] == [True, False]
    assert not conditions.hold(rule, current.models()["CL"](), otherwise=True)
