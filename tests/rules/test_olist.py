"""Real customers of a marketplace, and facts about them that csv and Python find on their own."""

import csv
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.apps.registry import Apps
from django.db import connection, models

from crm.rules.compiling import compile_rule
from crm.rules.context import RuleContext
from crm.rules.explaining import evaluate_rule
from crm.rules.parsing import parse
from crm.rules.resolving import Fields, RuleField

OLIST = Path(os.environ.get("OLIST_CSV") or Path(__file__).parents[3] / "shared/data/olist_customers.csv")
pytestmark = pytest.mark.skipif(not OLIST.exists(), reason="no olist_customers.csv: set OLIST_CSV")

CONTEXT = RuleContext(now=datetime(2018, 9, 1, 3, tzinfo=UTC), zone=ZoneInfo("America/Sao_Paulo"))
FIELDS = Fields(
    [
        RuleField("id", "id", nullable=False),
        RuleField("zip", "text"),
        RuleField("city", "text"),
        RuleField("state", "choice"),
        RuleField("orderCount", "integer"),
        RuleField("totalSpent", "decimal"),
        RuleField("lastOrderAt", "datetime"),
        RuleField("Valuable", "rule", rule=parse("totalSpent>500 OR orderCount>=2")),
    ]
)


class Buyer(models.Model):
    id = models.CharField(primary_key=True, max_length=100)
    zip = models.CharField(max_length=10, null=True)
    city = models.CharField(max_length=100, null=True)
    state = models.CharField(max_length=10, null=True)
    orderCount = models.IntegerField(null=True)
    totalSpent = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    lastOrderAt = models.DateTimeField(null=True)

    class Meta:
        apps = Apps()
        app_label = "rules_scratch"

    def __str__(self) -> str:
        return self.pk


def read() -> list[dict[str, str]]:
    with OLIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def buyer(row: dict[str, str]) -> Buyer:
    moment = datetime.fromisoformat(row["last_order_at"]).replace(tzinfo=CONTEXT.zone) if row["last_order_at"] else None
    return Buyer(
        id=row["customer_unique_id"], zip=row["zip_code_prefix"] or None, city=row["city"] or None, state=row["state"] or None,
        orderCount=int(row["orders"]), totalSpent=Decimal(row["total_spent"] or "0"), lastOrderAt=moment,
    )  # fmt: skip


@pytest.fixture(scope="module")
def buyers(django_db_setup, django_db_blocker) -> Iterator[list[Buyer]]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Buyer)
        Buyer.objects.bulk_create(map(buyer, read()), batch_size=1000)
        yield list(Buyer.objects.all())
        with connection.schema_editor() as editor:
            editor.delete_model(Buyer)


# The rule, and what a row of the file has to be; in the file every time is local, and a month is the beginning of its text.
FACTS = {
    "orderCount>1": lambda row: int(row["orders"]) > 1,
    "totalSpent>1000": lambda row: Decimal(row["total_spent"]) > 1000,
    "state=SP": lambda row: row["state"] == "SP",
    "state=sp AND city=São Paulo": lambda row: row["state"] == "SP" and row["city"] == "sao paulo",
    "state<>SP": lambda row: row["state"] != "SP",
    "state in (RJ, MG, es)": lambda row: row["state"] in {"RJ", "MG", "ES"},
    "city=*santo*": lambda row: "santo" in row["city"],
    "city=são*": lambda row: row["city"].startswith("sao"),
    "city contains rio AND NOT state=RJ": lambda row: "rio" in row["city"] and row["state"] != "RJ",
    "totalSpent between 100 AND 200": lambda row: 100 <= Decimal(row["total_spent"]) <= 200,
    "totalSpent<=19.90 OR totalSpent>2000.5": lambda row: not Decimal("19.90") < Decimal(row["total_spent"]) <= Decimal("2000.5"),
    "zip=0*": lambda row: row["zip_code_prefix"].startswith("0"),
    "lastOrderAt=2017-11-24": lambda row: row["last_order_at"].startswith("2017-11-24"),
    "lastOrderAt>2018-06-30": lambda row: row["last_order_at"] >= "2018-07-01",
    "lastOrderAt between 2017-01-01 AND 2017-12-31": lambda row: row["last_order_at"][:4] == "2017",
    "lastOrderAt>=month start-1M AND lastOrderAt<month start": lambda row: row["last_order_at"][:7] == "2018-08",
    "lastOrderAt>now-30d": lambda row: row["last_order_at"] > "2018-08-02 00:00:00",
    "Valuable=true AND state=RJ": lambda row: (
        row["state"] == "RJ" and (Decimal(row["total_spent"]) > 500 or int(row["orders"]) >= 2)
    ),
    "NOT (state=SP OR state=RJ) AND Valuable=false": lambda row: (
        row["state"] not in {"SP", "RJ"} and Decimal(row["total_spent"]) <= 500 and int(row["orders"]) < 2
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("text", FACTS)
def test_facts(text, buyers):
    rule = parse(text)
    expected = {row["customer_unique_id"] for row in read() if FACTS[text](row)}

    assert expected
    assert set(Buyer.objects.filter(compile_rule(rule, FIELDS, CONTEXT)).values_list("pk", flat=True)) == expected
    assert {each.pk for each in buyers[:500] if evaluate_rule(rule, each, FIELDS, CONTEXT)} == expected & {
        b.pk for b in buyers[:500]
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "count"), [("orderCount>1", 73), ("totalSpent>1000", 123), ("state=SP", 3390)])
def test_known_counts(text, count, buyers):
    assert Buyer.objects.filter(compile_rule(parse(text), FIELDS, CONTEXT)).count() == count
