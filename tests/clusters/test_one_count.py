"""How many are in a cluster is one number: in the list, its filter, the catalogue, the cluster's page, command and export."""

import csv
import io
import json
import random
from decimal import Decimal

import pytest
from django.core.management import call_command

from clusters.catalogue import creating
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current

TIERS = {"choices": [{"value": "Gold", "label": "Ouro"}, {"value": "Silver", "label": "Prata"}]}
# What each cluster means, said once more over the rows of a file.
MEANING = {
    "Dealers": lambda row: row["Dealers"] == "true",
    "Dear": lambda row: row["price"] != "" and Decimal(row["price"]) > 500,
    "DearDealers": lambda row: MEANING["Dealers"](row) and MEANING["Dear"](row),
    "Ouro": lambda row: row["tier"] == "Gold",
    "Prata": lambda row: row["tier"] == "Silver",
}


@pytest.fixture
def rows(define, admin) -> list[dict[str, str]]:
    """Three hundred records, as a file has them."""
    define(code="Varchar 50", price="Decimal", tier=FieldDefinition("tier", "Choice", options=TIERS))
    creating.create_cluster("Dealers", by=admin, entity="PT")
    creating.create_cluster("Dear", rule="price>500", by=admin, entity="PT")
    creating.create_cluster("Dear dealers", rule="Dealers=true AND Dear=true", by=admin, entity="PT")
    creating.create_tiers("tier", by=admin, entity="PT")
    file = io.StringIO("code,price,tier,Dealers\n" + "\n".join(lines(random.Random(7))))
    found = list(csv.DictReader(file))
    model = current.models()["PT"]
    model.objects.bulk_create(
        model(code=row["code"], price=row["price"] or None, tier=row["tier"] or None, Dealers=row["Dealers"] == "true")
        for row in found
    )
    return found


def lines(chance: random.Random) -> list[str]:
    prices, tiers = ["", "499.99", "500", "500.01", "1200"], ["", "Gold", "Silver"]
    return [f"C{n},{chance.choice(prices)},{chance.choice(tiers)},{chance.choice(['true', 'false'])}" for n in range(300)]


def exported(browse, question: str) -> list[str]:
    file = browse.get(f"/worksheets/export/PT/file/?{question}&_column=code&_format=csv&_delimiter=,")
    return sorted(row["code"] for row in csv.DictReader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))


def listed_by_command(capsys) -> dict[str, int]:
    call_command("list_clusters", "--json")
    return {each["cluster"]: each["members"] for each in json.loads(capsys.readouterr().out)["clusters"]}


def test_every_place_counts_what_python_counts(browse, rows, capsys):
    expected = {name: sum(map(holds, rows)) for name, holds in MEANING.items()}

    counts = {
        "list": {name: browse.get(f"/crm/PT/?_in={name}").context["listing"].count for name in MEANING},
        "filter": {box.name: box.count for box in browse.get("/crm/clusters/PT/?_pick=new&_counts=1").context["picker"].boxes},
        "catalogue": {row.cluster.name: row.members for row in browse.get("/clusters/").context["overview"].rows},
        "page": {name: browse.get(f"/clusters/{name}/").context["count"] for name in MEANING},
        "command": listed_by_command(capsys),
        "export": {name: len(exported(browse, f"_in={name}")) for name in MEANING},
    }

    assert min(expected.values()) > 0
    assert counts == dict.fromkeys(counts, expected)


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("_in=Dealers,Ouro", lambda row: MEANING["Dealers"](row) or MEANING["Ouro"](row)),
        ("_in=Dealers&_in=Ouro", lambda row: MEANING["Dealers"](row) and MEANING["Ouro"](row)),
        ("_not_in=Dear,Prata", lambda row: not MEANING["Dear"](row) and not MEANING["Prata"](row)),
        (
            "_in=Dear,Prata&_not_in=Dealers",
            lambda row: not MEANING["Dealers"](row) and (MEANING["Dear"](row) or MEANING["Prata"](row)),
        ),
        ("_in=DearDealers&tier=[null]", lambda row: MEANING["DearDealers"](row) and not row["tier"]),
    ],
)
def test_any_all_and_none_find_whom_python_finds(browse, rows, question, holds):
    expected = sorted(row["code"] for row in rows if holds(row))

    assert browse.get(f"/crm/PT/?{question}").context["listing"].count == len(expected)
    assert exported(browse, question) == expected
