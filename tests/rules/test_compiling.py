from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.models import BooleanField, Case, Value, When

from crm.rules.compiling import compile_rule
from crm.rules.context import RuleContext
from crm.rules.limits import MAX_DEPTH, MAX_EXPANDED_TERMS, MAX_VALUES
from crm.rules.parsing import parse
from crm.rules.resolving import Fields, RuleField


@pytest.fixture
def cast(people, companies):
    """Ana, Bia and Caio, and Davi of whom nothing is known."""
    acme = companies.objects.create(id="c1", title="Ácme", listed=True)
    people.objects.create(id="ana", name="Ana São", email="Ana@Example.com", visits=1, spent="0.35", vip=True, company=acme,
                          born=date(2000, 3, 15), seen=datetime(2026, 3, 15, 2, 59, 59, tzinfo=UTC))  # fmt: skip
    people.objects.create(id="bia", name="bia sao", email="bia@example.com", visits=2, spent="1000.01", company_id=None,
                          born=date(1999, 1, 1), seen=datetime(2026, 3, 15, 3, tzinfo=UTC))  # fmt: skip
    people.objects.create(id="caio", name="CAIO 100%_*", visits=3, spent="1000", company=acme,
                          seen=datetime(2026, 3, 16, 3, tzinfo=UTC))  # fmt: skip
    people.objects.create(id="davi")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("name=ANA SÃO", "ana"),
        ("name=*sao", "ana bia"),
        ("name=*A*O*", "ana bia caio"),
        ("name=b*", "bia"),
        ("name contains AO", "ana bia"),
        ("name contains 100%_\\*", "caio"),
        ("name contains 1__", ""),
        ("name contains 1*0", "caio"),
        ("name<>bia sao", "ana caio davi"),
        ("NOT name=bia sao", "ana caio davi"),
        ("name is null", "davi"),
        ("name is not null", "ana bia caio"),
        ("name=*", "ana bia caio"),
        ("name<b", "ana"),
        ("name in (ana são, BIA*)", "ana bia"),
        ("name not in (ana são, BIA*)", "caio davi"),
        ("email=ANA@example.COM", "ana"),
        ("email in (ANA@example.COM, bia@example.com, x)", "ana bia"),
        ("email contains example.com", "ana bia"),
        ("id=BIA", "bia"),
        ("id in (ANA, caio)", "ana caio"),
        ("visits>1", "bia caio"),
        ("visits>1.5", "bia caio"),
        ("visits<3", "ana bia"),
        ("NOT visits<3", "caio davi"),
        ("visits between 2 AND 3", "bia caio"),
        ("visits in (1, 3)", "ana caio"),
        ("visits<9999999999", "ana bia caio"),
        ("NOT visits<9999999999", "davi"),
        ("spent=0.35", "ana"),
        ("spent>1000", "bia"),
        ("vip=true", "ana"),
        ('vip="sim"', "ana"),
        ("vip<>true", "bia caio davi"),
        ("vip is null", ""),
        ("born=2000-03-15", "ana"),
        ("born<=2000-03-15", "ana bia"),
        ("born between 1999-01-01 AND 1999-12-31", "bia"),
        # In São Paulo the 15th lasts from 03:00 to 03:00 UTC.
        ("seen=2026-03-15", "bia"),
        ("seen=today", "bia"),
        ("seen<>today", "ana caio davi"),
        ("seen<2026-03-15", "ana"),
        ("seen<=2026-03-15", "ana bia"),
        ("seen>2026-03-15", "caio"),
        ("seen>=2026-03-15", "bia caio"),
        ("seen between 2026-03-14 AND 2026-03-15", "ana bia"),
        ("seen>now-10h", "ana bia caio"),
        ("seen>2026-03-15T00:00:00", "caio"),
        ("company.title=acme", "ana caio"),
        ("company.title<>acme", "bia davi"),
        ("company.title is null", "bia davi"),
        ("company.title=acme OR visits=2", "ana bia caio"),
        ("company=C1", "ana caio"),
        ("company is null", "bia davi"),
        ("company.listed=false", ""),
        ("NOT company.listed=true", "bia davi"),
        ("Big=true", "bia"),
        ("Big=false", "ana caio davi"),
        ("BigOrVip=true", "ana bia"),
        ("Big is null", ""),
        ("visits=1 OR visits=2 AND vip=true", "ana"),
    ],
)
def test_search(text, ids, cast, found):
    assert found(text) == ids.split()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("name=ANA SÃO", ""),
        ("name=Ana São", "ana"),
        ("name=*sao", "bia"),
        ("name contains AO", ""),
        ("name contains ã", "ana"),
        ("name<B", "ana"),
        ("name<>Ana São", "bia caio davi"),
        ("email=ana@example.com", ""),
        ("email=Ana@Example.com", "ana"),
        ("company.title=acme", ""),
        ("id=ANA", "ana"),
        ("vip=TRUE", "ana"),
    ],
)
def test_exactly(text, ids, cast, found, exactly):
    assert found(text, exactly) == ids.split()


@pytest.mark.parametrize(
    "evil", ["' OR 1=1 --", '" OR ""="', "'; DROP TABLE rules_scratch_person; --", "%", "%s", "\\'", "$1", ":x", "crm_fold(name)"]
)
def test_sql_in_a_value_is_a_value(evil, cast, people, fields, context):
    people.objects.create(id="evil", name=evil)
    quoted = evil.replace("\\", "\\\\").replace('"', '\\"')

    for text in (f'name="{quoted}"', f'name="*{quoted}"', f'name contains "{quoted}" AND id=evil', f'name in ("{quoted}", "x")'):
        condition = compile_rule(parse(text), fields, context)
        assert [person.pk for person in people.objects.filter(condition)] in (["evil"], ["caio", "evil"])


def test_a_rule_is_a_column_without_nulls(cast, people, fields, context):
    """The `Q` is two-valued: negated, and as a value."""
    condition = compile_rule(parse("spent>1000"), fields, context)
    column = Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())

    assert dict(people.objects.annotate(big=condition).values_list("id", "big")) == {
        "ana": False, "bia": True, "caio": False, "davi": False,
    }  # fmt: skip
    assert people.objects.exclude(condition).count() == people.objects.filter(~condition).count() == 3
    assert people.objects.annotate(big=column).filter(big=False).count() == 3


def test_a_rule_counts_in_updates_and_joins_nothing_twice(cast, people, fields, context):
    condition = compile_rule(parse("company.title=acme AND company.listed=true"), fields, context)

    assert people.objects.filter(condition).count() == 2
    assert str(people.objects.filter(condition).query).count("JOIN") == 1
    assert people.objects.filter(condition).update(visits=9) == 2


def test_the_largest_rules_are_answered(cast, people, context, found):
    deepest = "visits=1"
    for level in range(MAX_DEPTH - 1):
        deepest = f"({deepest}) {'AND' if level % 2 else 'OR'} name=*a*"
    wide = parse(" OR ".join(f"name=x{n}*" for n in range(100)))
    several = " OR ".join(f"W{n}=true" for n in range(MAX_EXPANDED_TERMS // 100))
    names = [RuleField(f"W{n}", "rule", rule=wide) for n in range(MAX_EXPANDED_TERMS // 100)]
    fields = Fields([RuleField("name", "text"), RuleField("visits", "integer"), *names])

    assert found(f"visits in ({', '.join(str(n) for n in range(2, MAX_VALUES + 2))})") == ["bia", "caio"]
    assert people.objects.filter(compile_rule(parse(deepest), fields, context)).count() == 3
    assert people.objects.filter(compile_rule(parse(f"NOT ({several})"), fields, context)).count() == 4


def test_an_email_is_found_by_its_unique_index(customers_model, context):
    fields = Fields([RuleField("email", "email")])
    found = customers_model.objects.filter(compile_rule(parse("email=Ana@Example.com"), fields, context))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")

    assert "cl_email_uniq" in found.explain()


def test_an_exact_meaning_of_another_zone(people, fields, exactly):
    people.objects.create(id="p", seen=datetime(2026, 3, 15, 1, tzinfo=UTC))
    utc = RuleContext(exactly.now, UTC, exact=True)

    assert people.objects.filter(compile_rule(parse("seen=2026-03-14"), fields, exactly)).exists()
    assert people.objects.filter(compile_rule(parse("seen=2026-03-15"), fields, utc)).exists()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("phone=5511999990000", "ana bia"),
        ('phone="+55 11 99999-0000"', "ana bia"),
        ("phone=*99999-0000", "ana bia"),
        ("phone contains 99999", "ana bia"),
        ("phone in (5511999990000, 12abc34501de35)", "ana bia caio"),
        ("phone=12ABC34501DE35", "caio"),
        ("phone<>5511999990000", "caio davi"),
        ("phone=11999990000", ""),
    ],
)
def test_r20_phones_and_documents_are_found_with_and_without_punctuation(people, fields, context, text, ids):
    for name, phone in {"ana": "+55 (11) 99999-0000", "bia": "5511999990000", "caio": "12.ABC.345/01DE-35", "davi": None}.items():
        people.objects.create(id=name, phone=phone)

    found = people.objects.filter(compile_rule(parse(text), fields, context)).order_by("id")

    assert " ".join(found.values_list("id", flat=True)) == ids


def test_exactly_a_phone_is_what_is_written(people, fields, exactly):
    people.objects.create(id="ana", phone="+55 (11) 99999-0000")

    assert not people.objects.filter(compile_rule(parse("phone=5511999990000"), fields, exactly)).exists()
