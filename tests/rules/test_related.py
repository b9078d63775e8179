"""Rules about records that refer to the one that is asked, and about what is computed of them."""

from datetime import date
from decimal import Decimal

import pytest

from crm.rules.compiling import compile_rule
from crm.rules.errors import RuleError
from crm.rules.explaining import explain
from crm.rules.limits import MAX_DEPTH, MAX_RELATED, MAX_RELATED_DEPTH, MAX_TERMS
from crm.rules.parsing import parse
from crm.rules.resolving import BackReference, Fields, RuleField
from crm.rules.tree import Comparison, FieldPath, LiteralValue, NotRule, ReferringRecords, RelatedTest


@pytest.fixture
def bought(people, orders) -> None:
    """Ana has three orders, two of them paid; Bia has one without a total, which Ana paid; Caio has none and Ana is his boss."""
    people.objects.bulk_create(
        [
            people(id="ana", visits=5, vip=True),
            people(id="bia"),
            people(id="caio", boss_id="ana"),
            people(id="dora", boss_id="gone"),
        ]
    )
    rows = [("1", "ana", "paid", "10.10"), ("2", "ana", "paid", "0.20"), ("3", "ana", "open", "5"), ("4", "bia", "paid", None)]
    orders.objects.bulk_create(
        orders(id=pk, person_id=who, payer_id="ana", status=status, total=total and Decimal(total), placed=date(2026, 3, int(pk)))
        for pk, who, status, total in rows
    )


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("has(order by person)", ["ana", "bia"]),
        ("NOT has(order by person)", ["caio", "dora"]),
        ("has(order by payer where total is null)", ["ana"]),
        ("has(order by person where status=open AND total>1)", ["ana"]),
        ("has(order by person where Paid=true AND total is null)", ["bia"]),
        ("has(order by person where person.visits=5)", ["ana"]),
        ("Buyer=true", ["ana", "bia"]),
        ("Buyer=false", ["caio", "dora"]),
        ("boss.Buyer=true", ["caio"]),
        ("boss.Buyer=false", ["dora"]),
        ("boss.vip=true", ["caio"]),
        ("has(person where boss.vip=true)", ["ana"]),
        ("has(person where NOT has(order by person))", ["ana"]),
        ("count(order by person)>=3", ["ana"]),
        ("count(order by person)<3", ["bia", "caio", "dora"]),
        ("count(order by person)=0", ["caio", "dora"]),
        ("count(order by person)<>0", ["ana", "bia"]),
        ("count(order by person where status=paid) between 1 AND 2", ["ana", "bia"]),
        ("count(order by person) in (0, 3)", ["ana", "caio", "dora"]),
        ("count(order by person) is not null", ["ana", "bia", "caio", "dora"]),
        ("sum(order.total by person)=15.3", ["ana"]),
        ("sum(order.total by person where status=paid)=10.30", ["ana"]),
        ("sum(order.total by person)=0", ["bia", "caio", "dora"]),
        ("avg(order.total by person)=5.1", ["ana"]),
        ("min(order.total by person)=0.2", ["ana"]),
        ("min(order.total by person)<>0.2", ["bia", "caio", "dora"]),
        ("min(order.total by person) is null", ["bia", "caio", "dora"]),
        ("NOT max(order.total by person)<10", ["ana", "bia", "caio", "dora"]),
        ("max(order.placed by person)>2026-03-03", ["bia"]),
        ("HAS(ORDER BY person WHERE status=open)", ["ana"]),
    ],
)
def test_who_is_found(bought, found, text, whose):
    assert found(text) == whose


def test_what_was_counted_is_explained(bought, people, fields, context):
    ana = people.objects.get(pk="ana")

    has = explain(parse("has(order by person where status=paid)"), ana, fields, context)
    total = explain(parse("sum(order.total by person where status=open)>500"), ana, fields, context)

    assert (has.holds, has.actual, has.related.counted, has.related.of) == (True, 2, 2, 3)
    assert [(each.record.pk, each.tree.holds, each.tree.actual) for each in has.related.first] == [
        ("1", True, "paid"),
        ("2", True, "paid"),
        ("3", False, "open"),
    ]
    assert (total.holds, total.actual, total.related.counted, total.related.of) == (False, Decimal(5), 1, 3)


def test_only_the_first_twenty_records_are_explained_one_by_one(bought, people, orders, fields, context):
    orders.objects.bulk_create(orders(id=f"x{n:02}", person_id="caio", status="open") for n in range(30))
    orders.objects.create(id="z", person_id="caio", status="paid")

    related = explain(parse("has(order by person where status=paid)"), people.objects.get(pk="caio"), fields, context).related

    assert (related.counted, related.of, len(related.first), related.first[0].record.pk) == (1, 31, 20, "z")


@pytest.mark.parametrize(
    "name", ["has", "count", "sum", "min", "where", "by", "starts", "ends", "with", "empty", "anniversary", "bucket"]
)
def test_new_words_are_names_of_fields_too(name):
    assert parse(f"{name}=1") == Comparison(FieldPath(name), "=", LiteralValue(("1",)))
    assert parse(f"count({name} by {name} where {name}={name})>1") == RelatedTest(
        "count",
        ReferringRecords(name, name, Comparison(FieldPath(name), "=", LiteralValue((name,)))),
        test=Comparison(FieldPath("count"), ">", LiteralValue(("1",))),
    )


def test_empty_is_another_word_for_null():
    assert parse("name is empty") == parse("name is null")
    assert parse("name IS NOT EMPTY") == parse("name is not null")


def test_starts_and_ends_leave_the_other_end_open(people, found):
    people.objects.bulk_create(people(id=str(n), name=name) for n, name in enumerate(["Anábel", "joana", "Ana*x", None]))

    assert found("name starts with ana") == ["0", "2"]
    assert found("name ends with ANA") == ["1"]
    assert found('name starts with "Ana\\*"') == ["2"]
    assert found("name not starts with ana") == ["1", "3"]


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ("between 2026-12-28 AND 2027-01-04", ["12-31", "01-01"]),
        ("between 2026-02-25 AND 2026-02-28", ["02-28"]),
        ("between 2026-02-25 AND 2026-03-01", ["02-28", "02-29", "03-01"]),
        ("=2026-03-01", ["02-29", "03-01"]),
        ("=2028-03-01", ["03-01"]),
        ("=2028-02-29", ["02-29"]),
        ("between 2028-02-28 AND 2028-02-29", ["02-28", "02-29"]),
        ("between 2026-03-02 AND 2027-03-01", ["12-31", "01-01", "02-28", "02-29", "03-01"]),
        ("between 2026-03-02 AND 2026-03-01", []),
        ("in (2026-01-01, 1999-12-31)", ["12-31", "01-01"]),
        ("<>2026-01-01", ["12-31", "02-28", "02-29", "03-01", "none"]),
        ("is null", ["none"]),
    ],
)
def test_anniversaries_come_every_year(people, found, asked, days):
    born = {
        "12-31": date(1990, 12, 31),
        "01-01": date(2030, 1, 1),
        "02-28": date(1, 2, 28),
        "02-29": date(2000, 2, 29),
        "03-01": date(2001, 3, 1),
        "none": None,
    }
    people.objects.bulk_create(people(id=name, born=day) for name, day in born.items())

    assert found(f"anniversary(born) {asked}") == sorted(days)


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        (
            "has(order)",
            0,
            "“order” refers to these by several relationships: person, payer. Write “order by person”, or another.",
        ),
        ("has(order by boss)", 0, "“order” does not refer to these by “boss”, but by: person, payer."),
        ("vip=true AND has(visit)", 13, "No records of “visit” refer to these. (character 14) Expected: order, person."),
        ("has(order by person where nam=1)", 26, "There is no field “nam”."),
        ("sum(order.status by person)>1", 0, "“sum” cannot be computed of “status”."),
        ("max(order.status by person)=x", 0, "“max” cannot be computed of “status”."),
        ("count(order by person)=x", 23, "“count” is compared with a number such as 1234.50, and “x” is none."),
        ("count(order by person)", 22, "The rule ends too early."),
        ("sum(order by person)>1", 10, "“by” is not expected here."),
        ("count(order.total)>1", 11, "“.total)>1” is not expected here."),
        ("has(order where )", 16, "“)” is not expected here."),
        ("anniversary(name)=today", 12, "“name” is no date, so it has no anniversary."),
        ("anniversary(born)>today", 12, "An anniversary comes every year: ask for it by “=”, “in” or “between”."),
        ("visits starts with 1", 19, "“visits” holds no text, which could start or end with any."),
        ('name starts with ""', 17, "No text is empty: write “name is null”."),
        ('"Nothing of it"=1', 0, "There is no field “Nothing of it”."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(people, fields, context, text, position, reason):
    with pytest.raises(RuleError) as refused:
        compile_rule(parse(text), fields, context)

    assert refused.value.position == position
    assert str(refused.value).startswith(reason)


def test_nested_and_numerous_conditions_are_refused(people, fields, context):
    nested = "has(person where " * (MAX_RELATED_DEPTH + 1) + "vip=true" + ")" * (MAX_RELATED_DEPTH + 1)
    many = " OR ".join(["has(person)"] * (MAX_RELATED + 1))

    for text, limit in ((nested, MAX_RELATED_DEPTH), (many, MAX_RELATED)):
        with pytest.raises(RuleError, match=str(limit)):
            compile_rule(parse(text), fields, context)


def test_the_limits_of_a_rule_count_what_records_are_chosen_by():
    with pytest.raises(RuleError, match=str(MAX_TERMS)):
        parse("has(person where " + " AND ".join(["a=1"] * MAX_TERMS) + ")")
    with pytest.raises(RuleError, match=str(MAX_DEPTH)):
        parse("has(a where " * (MAX_DEPTH + 1) + "a=1" + ")" * (MAX_DEPTH + 1))


def over_each_other(**rules: str) -> Fields:
    """CL and AD, whose records refer to CL by `userId`; rules by entity and name, as `CL_Vip`."""

    def of(entity: str, related: Fields | None = None) -> list[RuleField]:
        own = {name.removeprefix(f"{entity}_"): text for name, text in rules.items() if name.startswith(entity)}
        columns = [RuleField("state", "text"), *([RuleField("userId", "relation", related=related)] if related else [])]
        return [*columns, *(RuleField(name, "rule", nullable=False, rule=parse(text)) for name, text in own.items())]

    def references() -> list[BackReference]:
        return [BackReference("AD", "userId", lambda: Fields(of("AD", customers()), "AD"), lambda: None)]

    def customers() -> Fields:
        return Fields(of("CL"), "CL", references)

    return customers()


def test_a_circle_over_related_entities_is_refused_by_name(context):
    fields = over_each_other(CL_Local="has(AD where Home=true)", AD_Home="userId.Local=true")

    with pytest.raises(RuleError, match=r"CL\.Local is a rule over AD\.Home, which is a rule over CL\.Local"):
        compile_rule(parse("Local=true"), fields, context)


def test_rules_of_one_name_in_two_entities_are_no_circle(context):
    fields = over_each_other(CL_Local="has(AD where Local=true)", AD_Local="state=SP")

    assert explain(parse("NOT state is null"), {"state": "SP"}, fields, context).holds
    with pytest.raises(AttributeError):  # it is compiled: only the records are missing here
        compile_rule(parse("Local=true"), fields, context)


def test_what_a_person_may_not_read_may_not_be_asked(context):
    hidden = BackReference("OD", "userId", lambda: Fields([RuleField("total", "decimal", readable=False)], "OD"), lambda: None)
    closed = BackReference("AD", "userId", lambda: Fields([], "AD"), lambda: None, readable=False)
    fields = Fields([], "CL", lambda: [hidden, closed])

    for text, name in (("sum(OD.total)>1", "total"), ("has(OD where total>1)", "total"), ("has(AD)", "AD")):
        with pytest.raises(RuleError, match=name):
            compile_rule(parse(text), fields, context)


def test_a_label_in_quotes_stands_for_its_field(people, fields, orders, found):
    people.objects.create(id="ana")
    orders.objects.create(id="1", person_id="ana", status="paid")

    assert found('has(order by person where "state of IT"=paid)') == ["ana"]
    assert isinstance(parse('NOT "a \\"b\\" (c"=1'), NotRule)


def test_a_sum_beyond_64_bits_is_a_number_all_the_same(people, orders, found):
    people.objects.create(id="ana")
    orders.objects.bulk_create(orders(id=str(n), person_id="ana", points=2**62) for n in range(4))

    assert found("sum(order.points by person)>9000000000000000000") == ["ana"]
