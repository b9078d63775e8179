"""The one column of all clusters in a list, whatever their number and kind."""

import re

import pytest

from clusters import record_clusters
from clusters.catalogue import creating
from clusters.catalogue.changing import ClusterChange, change_cluster
from clusters.models import Cluster
from crm.extensions import extensions
from crm.records.querying import with_rules
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.schema.models import Form

TIERS = {"choices": [{"value": "Gold", "label": "Ouro"}, {"value": "Silver", "label": "Prata"}]}


@pytest.fixture
def shop(define, admin):
    """Three records; clusters by hand, by rule and by tier."""
    define(code="Varchar 50", price="Decimal", tier=FieldDefinition("tier", "Choice", options=TIERS))
    for label in ("Dealers", "Staff"):
        creating.create_cluster(label, by=admin, entity="PT")
    creating.create_cluster("Dear", rule="price>100", by=admin, entity="PT")
    creating.create_tiers("tier", by=admin, entity="PT")
    model = current.models()["PT"]
    saving.create(model, {"code": "A", "price": 150, "tier": "Gold", "Dealers": True, "Staff": True}, by=admin)
    saving.create(model, {"code": "B", "price": 50, "tier": "Silver"}, by=admin)
    saving.create(model, {"code": "C"}, by=admin)
    return model


def shown(response):
    """The labels of each record's chips, by its code."""
    cells = ((row.record.code, [cell for cell in row.cells if cell.kind == "clusters"]) for row in response.context["rows"])
    return {code: [chip.label for cell in found for chip in cell.chips] for code, found in cells}


def test_one_column_shows_the_clusters_of_every_kind_in_the_order_of_the_catalogue(browse, shop):
    response = browse.get("/crm/PT/")

    assert shown(response) == {"A": ["Dealers", "Staff", "Dear", "Ouro"], "B": ["Prata"], "C": []}
    assert [heading.label for heading in response.context["listing"].headings].count("Clusters") == 1
    assert not {"Dealers", "Staff", "Dear"} & {heading.label for heading in response.context["listing"].headings}


def test_the_first_three_stand_in_the_row_and_a_disclosure_opens_the_rest(browse, shop):
    text = browse.get("/crm/PT/?code=A").text

    (cell,) = re.findall(r'<td class="col-chips".*?</td>', text, re.DOTALL)
    line, _details, rest = cell.partition("<details")
    assert [label for label in ("Dealers", "Staff", "Dear", "Ouro") if f">{label}</a>" in line] == ["Dealers", "Staff", "Dear"]
    assert "+1" in rest
    assert ">Ouro</a>" in rest


def test_an_archived_cluster_is_not_shown(browse, shop, admin):
    change_cluster(Cluster.objects.get(name="Staff"), ClusterChange(archived=True), by=admin)

    assert shown(browse.get("/crm/PT/"))["A"] == ["Dealers", "Dear", "Ouro"]


@pytest.mark.parametrize("more", [1, 12])
def test_the_number_of_queries_does_not_follow_the_number_of_clusters(browse, shop, admin, more, django_assert_num_queries):
    for number in range(more):
        creating.create_cluster(f"Group {number}", rule=f"price>{number}", by=admin, entity="PT")
    browse.get("/crm/PT/")

    with django_assert_num_queries(9):
        assert len(shown(browse.get("/crm/PT/"))["A"]) == 4 + more


def test_more_clusters_than_one_query_answers_are_asked_in_several(shop, admin, monkeypatch):
    monkeypatch.setattr(record_clusters, "MOST_ANSWERS", 2)
    clusters = record_clusters.clusters_in_use(admin, "PT")
    records = list(shop.objects.order_by("code"))

    found = record_clusters.clusters_of(clusters, records)

    assert [[cluster.name for cluster in each] for each in found] == [["Dealers", "Staff", "Dear", "Ouro"], ["Prata"], []]


def test_a_cluster_whose_field_or_rule_may_not_be_read_does_not_appear(browse, shop, monkeypatch):
    def may(who, verb, entity=None, field=None, *, owner="anyone"):
        return field not in {"price", "Staff"}

    monkeypatch.setattr(record_clusters, "may", may)
    monkeypatch.setattr("clusters.catalogue.lookup.may", may)

    assert shown(browse.get("/crm/PT/"))["A"] == ["Dealers", "Ouro"]


def test_a_form_may_leave_the_column_out_and_a_new_cluster_leaves_it_so(browse, shop, admin):
    form = current_form()
    form.design["list_columns"] = [column for column in form.design["list_columns"] if column["field"] != "_clusters"]
    form.save()

    creating.create_cluster("Late", by=admin, entity="PT")

    assert "Clusters" not in [heading.label for heading in browse.get("/crm/PT/").context["listing"].headings]


def test_the_link_to_the_record_stays_in_the_first_field_where_the_clusters_stand_first(browse, shop):
    form = current_form()
    form.design["list_columns"] = [{"field": "_clusters", "width": 0}, {"field": "code", "width": 0}]
    form.save()

    response = browse.get("/crm/PT/?code=A")

    record = response.context["rows"][0].record
    assert [cell.kind for cell in response.context["rows"][0].cells] == ["clusters", "text"]
    assert re.search(rf'<a href="/crm/PT/{record.pk}/">\s*A', response.text)


def current_form():
    return Form.objects.get(entity__acronym="PT", is_default=True)


def test_answers_that_the_records_carry_are_not_asked_again(shop, admin, django_assert_num_queries):
    clusters = [cluster for cluster in record_clusters.clusters_in_use(admin, "PT") if cluster.kind in {"hand", "rule"}]
    records = list(with_rules(shop.objects.order_by("code"), shop.entity.visible_fields))

    with django_assert_num_queries(0):
        found = record_clusters.clusters_of(clusters, records)

    assert [[cluster.name for cluster in each] for each in found] == [["Dealers", "Staff", "Dear"], [], []]


def test_records_beside_another_show_their_clusters_too(browse, customers, define, admin):
    owner = FieldDefinition("owner", "Relationship", options={"entity": "CL", "display": "email"})
    define(code="Varchar 50", owner=owner)
    creating.create_cluster("Dealers", by=admin, entity="PT")
    form = Form.objects.get(entity__acronym="CL", is_default=True)
    Form.objects.filter(pk=form.pk).update(design={**form.design, "related": ["PT.owner"]})
    saving.create(current.models()["CL"], {"email": "ana@example.com"}, by=admin, record_id="a")
    saving.create(current.models()["PT"], {"code": "A", "owner": "a", "Dealers": True}, by=admin)

    (table,) = browse.get("/crm/CL/a/").context["related"]

    assert table.headings[-1] == "Clusters"
    assert [chip.label for chip in table.rows[0].cells[-1].chips] == ["Dealers"]


def test_a_cluster_of_those_for_whom_a_field_is_not_true_shows_who_its_rule_says(browse, shop):
    Cluster.objects.create(name="Strangers", labels={"en": "Strangers"}, entity="PT", field="Dealers", rule="Dealers=false")

    response = browse.get("/crm/PT/")

    assert {code for code, labels in shown(response).items() if "Strangers" in labels} == {"B", "C"}
    assert browse.get("/crm/PT/?_in=Strangers").context["listing"].count == 2
    assert extensions.cluster_fields("PT")["Dealers"].label == "Dealers"
    record = next(row.record for row in response.context["rows"] if row.record.code == "B")
    (line,) = [
        line for line in browse.get(f"/crm/PT/{record.pk}/").context["form"].cluster_lines if line.cluster.name == "Strangers"
    ]
    assert (line.is_in, line.input) == (True, "")


@pytest.fixture
def orders(customers, define, admin):
    """Ana has two orders, Bia one, Caio none; two clusters of customers count them."""
    owner = FieldDefinition("owner", "Relationship", options={"entity": "CL", "display": "email"})
    define("OD", total="Decimal", owner=owner)
    creating.create_cluster("Buyers", rule="has(OD where total>10)", by=admin)
    creating.create_cluster("Regulars", rule="count(OD)>=2", by=admin)
    models = current.models()
    for name, totals in (("Ana", (5, 50)), ("Bia", (5,)), ("Caio", ())):
        record = saving.create(models["CL"], {"email": f"{name}@example.com", "firstName": name}, by=admin)
        for total in totals:
            saving.create(models["OD"], {"total": total, "owner": record.pk}, by=admin)


def test_clusters_by_related_records_are_shown_and_filtered_by_in_as_many_queries(browse, orders, django_assert_num_queries):
    browse.get("/crm/CL/")
    with django_assert_num_queries(9):
        response = browse.get("/crm/CL/")
    found = browse.get("/crm/CL/?_in=Buyers&_in=Regulars")

    cells = {row.record.firstName: row.cells[-1].chips for row in response.context["rows"]}
    assert {name: [chip.label for chip in chips] for name, chips in cells.items()} == {
        "Ana": ["Buyers", "Regulars"],
        "Bia": [],
        "Caio": [],
    }
    assert [row.record.firstName for row in found.context["rows"]] == ["Ana"]


def test_a_cluster_whose_rule_reads_another_entity_that_may_not_be_read_does_not_appear(browse, orders, monkeypatch):
    monkeypatch.setattr(record_clusters, "may", lambda who, verb, entity=None, field=None: (entity, field) != ("OD", "total"))

    response = browse.get("/crm/CL/?firstName=Ana")

    assert [chip.label for chip in response.context["rows"][0].cells[-1].chips] == ["Regulars"]
