"""Eight thousand real customers: every number about clusters is the one that Python's csv gives of the same file."""

import csv
import json
import os
from collections import Counter
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from clusters.catalogue import creating
from clusters.comparing.overlaps import overlaps
from clusters.comparing.profile import profile
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from clusters.models import Cluster
from crm.schema.definitions import FieldDefinition

OLIST = Path(os.environ.get("OLIST_CSV") or Path(__file__).parents[3] / "shared/data/olist_customers.csv")
pytestmark = [pytest.mark.skipif(not OLIST.exists(), reason="no olist_customers.csv: set OLIST_CSV"), pytest.mark.django_db]
FIELDS = {"zip_code_prefix": "zip", "city": "city", "state": "state", "orders": "orders", "total_spent": "spent"}
# What each cluster means, said once more over the rows of the file.
MEANING = {
    "Dear": lambda row: Decimal(row["total_spent"]) > 500,
    "Returned": lambda row: int(row["orders"]) >= 2,
    "Paulistanos": lambda row: row["city"] == "sao paulo" and row["state"] == "SP",
    "DearOrReturned": lambda row: MEANING["Dear"](row) or MEANING["Returned"](row),
    "Dealers": lambda row: row["zip_code_prefix"].startswith("13"),
    "SP": lambda row: row["state"] == "SP",
    "RJ": lambda row: row["state"] == "RJ",
}


@pytest.fixture
def rows(define, admin, operator) -> list[dict[str, str]]:
    """The file, imported as an operator does it, and the clusters: by rule, by hand and tiers."""
    key = FieldDefinition("code", "Varchar 50", labels={"en": "code"}, unique=True)
    define(code=key, zip="Varchar 50", city="Varchar 50", state="Varchar 50", orders="Integer", spent="Decimal")
    mapping = [f"{header}={name}" for header, name in FIELDS.items()]
    call_command(
        "import_worksheet", str(OLIST), entity="PT", key=["code"], map=["customer_unique_id=code", *mapping],
        ignore=["last_order_at"], stdout=StringIO(),
    )  # fmt: skip
    creating.create_cluster("Dear", rule="spent>500", by=admin, entity="PT")
    creating.create_cluster("Returned", rule="orders>=2", by=admin, entity="PT")
    creating.create_cluster("Paulistanos", rule="city=São Paulo AND state=sp", by=admin, entity="PT")
    creating.create_cluster("Dear or returned", name="DearOrReturned", rule="Dear=true OR Returned=true", by=admin, entity="PT")
    change_members(creating.create_cluster("Dealers", by=admin, entity="PT"), "add", Selection(rule="zip=13*"), by=operator)
    creating.create_tiers("state", values=["SP", "RJ"], by=admin, entity="PT")
    with OLIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_counts_overlaps_and_profiles_are_those_of_the_file(rows, browse, operator):
    members = {name: {row["customer_unique_id"] for row in rows if holds(row)} for name, holds in MEANING.items()}
    sizes = {name: len(inside) for name, inside in members.items()}
    assert min(sizes.values()) > 50

    call_command("list_clusters", "--json", stdout=(listed := StringIO()))
    clusters = json.loads(listed.getvalue())["clusters"]
    assert {one["cluster"]: one["members"] for one in clusters} == sizes
    assert {row.cluster.name: row.members for row in browse.get("/clusters/").context["overview"].rows} == sizes
    assert {name: browse.get(f"/clusters/{name}/").context["count"] for name in sizes} == sizes
    assert {name: browse.get(f"/crm/PT/?_in={name}").context["listing"].count for name in sizes} == sizes
    assert {name: exported(browse, name) for name in members} == members

    found = overlaps([Cluster.objects.get(name=name) for name in sizes])
    for place, one in enumerate(sizes):
        assert found.matrix[place] == [len(members[one] & members[other]) for other in sizes]

    dear = Cluster.objects.get(name="Dear")
    (state,) = profile(dear, ["state"], reader=operator).fields
    inside = Counter(row["state"] for row in rows if MEANING["Dear"](row))
    everybody = Counter(row["state"] for row in rows)
    assert {value.value: (value.members, value.everybody) for value in state.values} == {
        name: (count, everybody[name]) for name, count in inside.items() if name in {value.value for value in state.values}
    }
    assert len(state.values) == 10


def exported(browse, cluster: str) -> set[str]:
    file = browse.get(f"/worksheets/export/PT/file/?_in={cluster}&_column=code&_format=csv&_delimiter=,")
    return {row["code"] for row in csv.DictReader(StringIO(b"".join(file.streaming_content).decode("utf-8-sig")))}
