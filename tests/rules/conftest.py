"""Tables of their own: people, the companies that they work for, and their orders; their fields as rules see them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.apps.registry import Apps
from django.db import connection, models

from crm.rules.compiling import compile_rule
from crm.rules.context import RuleContext
from crm.rules.parsing import parse
from crm.rules.resolving import BackReference, Fields, RuleField
from crm.schema.generated import current

scratch = Apps()


class Company(models.Model):
    id = models.CharField(primary_key=True, max_length=100)
    title = models.CharField(max_length=100, null=True)
    listed = models.BooleanField(default=False)

    class Meta:
        apps = scratch
        app_label = "rules_scratch"

    def __str__(self) -> str:
        return self.pk


class Person(models.Model):
    id = models.CharField(primary_key=True, max_length=100)
    name = models.CharField(max_length=100, null=True)
    tier = models.CharField(max_length=100, null=True)
    email = models.CharField(max_length=254, null=True)
    phone = models.CharField(max_length=50, null=True)
    visits = models.IntegerField(null=True)
    points = models.BigIntegerField(null=True)
    spent = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    vip = models.BooleanField(default=False)
    born = models.DateField(null=True)
    seen = models.DateTimeField(null=True)
    company = models.ForeignKey(Company, models.CASCADE, null=True)
    boss = models.ForeignKey("self", models.DO_NOTHING, null=True, db_constraint=False)

    class Meta:
        apps = scratch
        app_label = "rules_scratch"

    def __str__(self) -> str:
        return self.pk


class Order(models.Model):
    id = models.CharField(primary_key=True, max_length=100)
    person = models.ForeignKey(Person, models.DO_NOTHING, null=True, db_constraint=False)
    payer = models.ForeignKey(Person, models.DO_NOTHING, null=True, db_constraint=False, related_name="paid")
    status = models.CharField(max_length=100, null=True)
    items = models.IntegerField(null=True)
    points = models.BigIntegerField(null=True)
    total = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    placed = models.DateField(null=True)
    sent = models.DateTimeField(null=True)

    class Meta:
        apps = scratch
        app_label = "rules_scratch"

    def __str__(self) -> str:
        return self.pk


TABLES = (Company, Person, Order)
COMPANY = Fields(
    [
        RuleField("id", "id", nullable=False),
        RuleField("title", "text"),
        RuleField("listed", "boolean", nullable=False),
        RuleField("Known", "rule", nullable=False, rule=parse("NOT title is null")),
        RuleField("Busy", "rule", nullable=False, rule=parse("count(person where vip=true)>=2")),
    ],
    "company",
    lambda: [reference("person", "company", Person, lambda: people_fields(COMPANY))],
)
COLUMNS = (
    RuleField("id", "id", nullable=False),
    RuleField("name", "text"),
    RuleField("tier", "choice"),
    RuleField("email", "email"),
    RuleField("phone", "text", by_digits=True),
    RuleField("visits", "integer"),
    RuleField("points", "integer"),
    RuleField("spent", "decimal"),
    RuleField("vip", "boolean", nullable=False),
    RuleField("born", "date"),
    RuleField("seen", "datetime"),
    RuleField("company", "relation", related=COMPANY),
)
RULES = (
    RuleField("Big", "rule", nullable=False, rule=parse("spent>1000")),
    RuleField("BigOrVip", "rule", nullable=False, rule=parse("Big=true OR vip=true")),
    RuleField("Buyer", "rule", nullable=False, rule=parse("has(order by person where Paid=true)")),
)


def reference(entity: str, relation: str, model: type[models.Model], fields: Callable[[], Fields]) -> BackReference:
    return BackReference(entity, relation, fields, model.objects.all)


def people_fields(company: Fields | None) -> Fields:
    """Those of a person; of the boss only what stands one step away."""
    columns = [replace(field, related=company) if field.name == "company" else field for field in COLUMNS]
    boss = Fields([*COLUMNS[:-1], *RULES], "person", person_references)
    return Fields([*columns, RuleField("boss", "relation", related=boss), *RULES], "person", person_references)


def person_references() -> list[BackReference]:
    orders = [reference("order", relation, Order, order_fields) for relation in ("person", "payer")]
    return [*orders, reference("person", "boss", Person, lambda: people_fields(COMPANY))]


def order_fields() -> Fields:
    columns = [
        RuleField("id", "id", nullable=False),
        RuleField("status", "text", label="State of it"),
        RuleField("items", "integer"),
        RuleField("points", "integer"),
        RuleField("total", "decimal"),
        RuleField("placed", "date"),
        RuleField("sent", "datetime"),
        RuleField("person", "relation", related=Fields([*COLUMNS[:-1], *RULES], "person", person_references)),
        RuleField("Paid", "rule", nullable=False, rule=parse("status=paid")),
    ]
    return Fields(columns, "order")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    # SQLite makes no tables inside a transaction, and every test is in one.
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for table in TABLES:
                editor.create_model(table)
        yield
        with connection.schema_editor() as editor:
            for table in reversed(TABLES):
                editor.delete_model(table)


@pytest.fixture
def people(db) -> type[Person]:
    return Person


@pytest.fixture
def companies(db) -> type[Company]:
    return Company


@pytest.fixture
def orders(db) -> type[Order]:
    return Order


@pytest.fixture(scope="session")
def fields() -> Fields:
    return people_fields(COMPANY)


@pytest.fixture(scope="session")
def context() -> RuleContext:
    return RuleContext(now=datetime(2026, 3, 15, 12, 30, tzinfo=UTC), zone=ZoneInfo("America/Sao_Paulo"))


@pytest.fixture(scope="session")
def exactly(context) -> RuleContext:
    return RuleContext(context.now, context.zone, exact=True)


@pytest.fixture
def found(people, fields, context):
    """The ids of the people for whom a rule holds, in order."""

    def ids(text: str, how: RuleContext = context) -> list[str]:
        condition = compile_rule(parse(text), fields, how)
        return list(people.objects.filter(condition).order_by("id").values_list("id", flat=True))

    return ids


@pytest.fixture
def customers_model(db):
    """The model of the built-in entity CL."""
    return current.models()["CL"]
