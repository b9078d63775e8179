"""The two compilers have one context: what the database finds is what the explanation says."""

# ruff: noqa: RUF001  # letters that look alike are what this is about

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import BooleanField, ExpressionWrapper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.rules.compiling import compile_rule
from crm.rules.explaining import Clause, Explanation, evaluate_rule, explain
from crm.rules.printing import print_rule
from crm.rules.tree import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    FieldPath,
    InList,
    LiteralValue,
    NotRule,
    NullCheck,
    ReferringRecords,
    RelatedTest,
)

# Texts that are alike in one way and not in another, and texts with every sign that LIKE, GLOB or a rule knows.
WORDS = [
    "São Paulo", "SAO PAULO", "sao paulo", "Sa\u0303o Paulo", "Straße", "STRASSE", "İzmir", "ızmir", "izmir", "Æsir", "aesir",
    "a%b", "a_b", "a*b", "[a]", "a?b", "a\\b", "a'b", 'a"b', "ab", "axb", "日本", "ﬁn", "Йод", "ΣΊΣΥΦΟΣ", "σίσυφος",
    "\U0001f600", "\uffff", "Ö", "z", "Z", "null", "AND", " ", "a\nb", "^", "]", "-",
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(WORDS), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=6)
)
NUMBERS = st.sampled_from(["0", "-1", "2", "3", "2.5", "9999999999", "-0.00", "+3"])
MONEY = st.sampled_from(["0", "0.35", "-1", "1000", "1000.00", "1000.01", "9999999999999.99", ".5"])
DAYS = st.sampled_from(["2026-03-15", "2026-03-14", "today", "now", "month start", "today-1d", "year start-1y", "0001-01-02"])
MOMENTS = st.one_of(
    DAYS, st.sampled_from(["now-30d", "now-1h", "2026-03-15T12:30:00Z", "2026-03-14T23:59:59.999999-03:00", "2026-03-15 09:30"])
)
EXAMPLES = int(os.environ.get("RULE_EXAMPLES", "60"))  # each asks about twenty questions of about six records
ZONED = datetime(2026, 3, 15, 12, 30, tzinfo=UTC)
INSTANTS = st.one_of(
    st.sampled_from([timedelta(0), timedelta(hours=-1), timedelta(days=-30), timedelta(hours=14, minutes=30)]),
    st.timedeltas(timedelta(days=-2), timedelta(days=2)),
).map(lambda step: ZONED + step)


def nullable(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(st.none(), values)


PEOPLE = st.fixed_dictionaries(
    {
        "name": nullable(TEXTS),
        "tier": nullable(st.sampled_from(["Gold", "gold", "Silver"])),
        "email": nullable(st.sampled_from(["ana@example.com", "ANA@Example.com", "aná@example.com"])),
        "visits": nullable(st.sampled_from([0, -1, 2, 3])),
        "phone": nullable(st.sampled_from(["+55 (11) 99999-0000", "5511999990000", "é1", "12.ABC.345/01DE-35", "(11)"])),
        "points": nullable(st.sampled_from([0, 9999999999, -(2**63)])),
        "spent": nullable(st.sampled_from(["0", "0.35", "1000", "1000.01", "9999999999999.99"]).map(Decimal)),
        "vip": st.booleans(),
        "born": nullable(st.sampled_from([date(2026, 3, 15), date(2026, 3, 14), date(2025, 1, 1), date(1, 1, 2)])),
        "seen": nullable(INSTANTS),
        "company_id": nullable(st.sampled_from(["c1", "c2"])),
        "boss_id": nullable(st.sampled_from(["p0", "p1", "p2", "gone"])),
    }
)
ORDERS = st.fixed_dictionaries(
    {
        "person_id": nullable(st.sampled_from(["p0", "p1", "p2", "gone"])),
        "payer_id": nullable(st.sampled_from(["p0", "p1", "p3"])),
        "status": nullable(st.sampled_from(["paid", "PAID", "open"])),
        "items": nullable(st.integers(-2, 3)),
        "points": nullable(st.sampled_from([0, 1, 2**49])),
        "total": nullable(st.sampled_from(["0.10", "0.20", "0.30", "-1", "999.99"]).map(Decimal)),
        "placed": nullable(st.sampled_from([date(2026, 3, 15), date(2024, 2, 29), date(1990, 12, 31)])),
        "sent": nullable(INSTANTS),
    }
)


def literal(values: st.SearchStrategy) -> st.SearchStrategy:
    return values.map(lambda text: LiteralValue((text,)))


PHONES = ["11 99999-0000", "+55 11 99999-0000", "12abc34501de35", "12.abc", "-", "é1", "5511"]
WILD_PHONES = [
    LiteralValue(parts) for parts in (("", "99999-0000"), ("55.11", ""), ("", "-", ""), ("1", "", "0"), ("", "abc", "35"))
]
WILD = st.lists(st.one_of(st.just(""), TEXTS), min_size=2, max_size=4).map(lambda parts: LiteralValue(tuple(parts)))


def ordered(path: FieldPath, values: st.SearchStrategy) -> st.SearchStrategy:
    comparisons = st.builds(Comparison, st.just(path), st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), values)
    return st.one_of(comparisons, st.builds(Between, st.just(path), values, values), listed(path, values), presence(path))


def textual(path: FieldPath, values: st.SearchStrategy) -> st.SearchStrategy:
    operators = st.sampled_from(["=", "<>", "contains", "starts with", "ends with"])
    like = st.builds(Comparison, st.just(path), operators, st.one_of(values, WILD))
    return st.one_of(ordered(path, values), like, listed(path, st.one_of(values, WILD)))


def listed(path: FieldPath, values: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(InList, st.just(path), st.lists(values, min_size=1, max_size=3).map(tuple))


def presence(path: FieldPath) -> st.SearchStrategy:
    return st.builds(NullCheck, st.just(path), st.booleans())


def truth(path: FieldPath) -> st.SearchStrategy:
    values = literal(st.sampled_from(["true", "false", "1", "Não"]))
    comparisons = st.builds(Comparison, st.just(path), st.sampled_from(["=", "<>"]), values)
    return st.one_of(comparisons, listed(path, values), presence(path))


def yearly(path: FieldPath) -> st.SearchStrategy:
    days = literal(st.sampled_from(["2026-03-14", "2026-03-15", "2026-12-28", "2027-01-04", "2024-02-29", "2025-03-01", "now"]))
    return st.one_of(
        st.builds(Comparison, st.just(path), st.sampled_from(["=", "<>"]), days),
        st.builds(Between, st.just(path), days, days),
        listed(path, days),
        presence(path),
    )


COLUMN_TERMS = st.one_of(
    textual(FieldPath("name"), literal(TEXTS)),
    textual(FieldPath("tier"), literal(st.sampled_from(["gold", "Gold", "Silver"]))),
    textual(FieldPath("email"), literal(st.sampled_from(["ana@example.com", "ANA@example.com", "aná@example.com"]))),
    textual(FieldPath("company", "title"), literal(st.sampled_from(["Acme", "acme", "Ácme"]))),
    textual(FieldPath("phone"), literal(st.sampled_from(PHONES))),
    st.builds(Comparison, st.just(FieldPath("phone")), st.sampled_from(["=", "<>"]), st.sampled_from(WILD_PHONES)),
    ordered(FieldPath("id"), literal(st.sampled_from(["p1", "P1", "p3"]))),
    ordered(FieldPath("visits"), literal(NUMBERS)),
    ordered(FieldPath("points"), literal(NUMBERS)),
    ordered(FieldPath("spent"), literal(MONEY)),
    ordered(FieldPath("born"), literal(DAYS)),
    ordered(FieldPath("seen"), literal(MOMENTS)),
    listed(FieldPath("company"), literal(st.sampled_from(["c1", "C2", "c3"]))),
    presence(FieldPath("company")),
    *(truth(path) for path in (FieldPath("vip"), FieldPath("Big"), FieldPath("BigOrVip"), FieldPath("company", "listed"))),
    truth(FieldPath("company", "Known")),
    yearly(FieldPath("born", yearly=True)),
    yearly(FieldPath("seen", yearly=True)),
    ordered(FieldPath("boss", "visits"), literal(NUMBERS)),
)


def larger(rules: st.SearchStrategy) -> st.SearchStrategy:
    several = st.lists(rules, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(NotRule, rules), st.builds(AllOf, several), st.builds(AnyOf, several))


ORDER_TERMS = st.one_of(
    textual(FieldPath("status"), literal(st.sampled_from(["paid", "PAID", "open"]))),
    ordered(FieldPath("items"), literal(NUMBERS)),
    ordered(FieldPath("total"), literal(st.sampled_from(["0.1", "0.2", "999.99"]))),
    ordered(FieldPath("placed"), literal(DAYS)),
    yearly(FieldPath("placed", yearly=True)),
    ordered(FieldPath("person", "visits"), literal(NUMBERS)),
    truth(FieldPath("Paid")),
    truth(FieldPath("person", "Buyer")),
)
CENTS = literal(st.sampled_from(["0", "0.1", "0.3", "0.6", "-1", "1000", "0.15", "0.2"]))
PAIDS = literal(st.sampled_from(["0", "1", str(2**49), "2.5"]))


def related(entity: str, relations: list[str], inner: st.SearchStrategy, computed: dict[str, dict]) -> st.SearchStrategy:
    """`computed`: the values to compare with by function, of each field by its name."""
    where = st.one_of(st.none(), st.recursive(inner, larger, max_leaves=3))
    records = st.builds(ReferringRecords, st.just(entity), st.sampled_from(relations), where)
    tests = [
        st.builds(RelatedTest, st.just(function), records, st.just(of), ordered(FieldPath(function), values))
        for function, fields in {"count": {"": literal(st.sampled_from(["0", "1", "2", "0.5", "-1"]))}, **computed}.items()
        for of, values in fields.items()
    ]
    return st.one_of(st.builds(RelatedTest, st.just("has"), records), *tests)


SUMS = {"items": literal(NUMBERS), "total": CENTS, "points": PAIDS}
ENDS = {"items": literal(NUMBERS), "total": CENTS, "placed": literal(DAYS), "sent": literal(MOMENTS)}
AVERAGES = {"items": literal(st.sampled_from(["0.333333", "0.5", "-1", "1"])), "total": CENTS}
OF_ORDERS = related("order", ["person", "payer"], ORDER_TERMS, {"sum": SUMS, "min": ENDS, "max": ENDS, "avg": AVERAGES})
OF_PEOPLE = related("person", ["boss"], st.one_of(COLUMN_TERMS, OF_ORDERS), {"sum": {"visits": literal(NUMBERS)}})
RELATED_TERMS = st.one_of(
    OF_ORDERS,
    OF_PEOPLE,
    *(truth(path) for path in (FieldPath("Buyer"), FieldPath("boss", "Buyer"), FieldPath("company", "Busy"))),
)
RULES = st.recursive(st.one_of(COLUMN_TERMS, RELATED_TERMS), larger, max_leaves=6)


def follows(node: Explanation) -> bool:
    """What the results of the comparisons make of this node; also checks each node inside."""
    if isinstance(node, Clause):
        if node.inner:
            assert follows(node.inner) is node.actual
        return node.holds
    parts = [follows(part) for part in node.parts]
    result = {"all": min(parts), "any": max(parts), "not": not parts[0]}[node.join]
    assert node.holds is result
    return result


@pytest.mark.parametrize("exact", [False, True])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    rules=st.lists(RULES, min_size=3, max_size=6),
    rows=st.lists(PEOPLE, min_size=4, max_size=8),
    ordered=st.lists(ORDERS, max_size=8),
)
def test_sql_and_explanation_agree(people, companies, orders, fields, context, exactly, exact, rules, rows, ordered):
    how = exactly if exact else context
    companies.objects.bulk_create([companies(id="c1", title="Acme", listed=True), companies(id="c2")], ignore_conflicts=True)
    people.objects.all().delete()
    people.objects.bulk_create(people(id=f"p{n}", **row) for n, row in enumerate(rows))
    orders.objects.all().delete()
    orders.objects.bulk_create(orders(id=f"o{n}", **row) for n, row in enumerate(ordered))
    records = list(people.objects.select_related("company"))

    for rule in rules:
        for record in records:
            verdict = explain(rule, record, fields, how)
            assert follows(verdict) is verdict.holds is evaluate_rule(rule, record, fields, how), print_rule(rule)
        expected = {record.pk for record in records if explain(rule, record, fields, how).holds}
        found = set(people.objects.filter(compile_rule(rule, fields, how)).values_list("pk", flat=True))
        rest = set(people.objects.exclude(compile_rule(rule, fields, how)).values_list("pk", flat=True))

        column = ExpressionWrapper(compile_rule(rule, fields, how, as_column=True), output_field=BooleanField())
        shown = set(people.objects.annotate(answer=column).filter(answer=True).values_list("pk", flat=True))

        assert found == shown == expected, print_rule(rule)
        assert rest == {record.pk for record in records} - expected, print_rule(rule)
