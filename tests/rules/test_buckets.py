"""`bucket(10)=3`: a stable tenth of all records, the same in SQL and in Python."""

import pytest
from django.utils import translation

from crm.records import querying
from crm.records.writing import saving
from crm.rules.bucket_numbers import bucket_of
from crm.rules.errors import RuleError
from crm.rules.explaining import evaluate_rule, explain
from crm.rules.parsing import parse
from crm.rules.printing import print_rule
from crm.schema.generated import current

pytestmark = pytest.mark.django_db
IDS = [f"cl-{number}" for number in range(60)]


@pytest.fixture
def people(operator):
    model = current.models()["CL"]
    for record_id in IDS:
        saving.create(model, {"firstName": "Ana"}, by=operator, record_id=record_id)
    return model


def found(model, rule: str) -> set[str]:
    return set(model.objects.filter(querying.condition(parse(rule), model)).values_list("pk", flat=True))


def test_the_buckets_are_all_records_and_share_none(people):
    buckets = [found(people, f"bucket(10)={bucket}") for bucket in range(10)]

    assert set().union(*buckets) == set(people.objects.values_list("pk", flat=True))
    assert sum(map(len, buckets)) == len(IDS)


@pytest.mark.parametrize(
    ("rule", "meant"),
    [
        ("bucket(5)=3", {3}),
        ("bucket(5)<>3", {0, 1, 2, 4}),
        ("NOT bucket(5)=3", {0, 1, 2, 4}),
        ("bucket(5)<2", {0, 1}),
        ("bucket(5)>=4", {4}),
        ("bucket(5) between 1 and 2", {1, 2}),
        ("bucket(5) between 2 and 1", set()),
        ("bucket(5) in (0, 4)", {0, 4}),
        ("bucket(5) not in (0, 4)", {1, 2, 3}),
        ("bucket(5)<0", set()),
        ("bucket(5)=1 OR bucket(5)=2", {1, 2}),
    ],
)
def test_sql_and_python_find_the_same(people, rule, meant):
    everyone, fields = list(people.objects.all()), querying.fields_of(people)
    wanted = {one.pk for one in everyone if bucket_of(one.pk, 5) in meant}

    assert found(people, rule) == wanted
    assert {one.pk for one in everyone if evaluate_rule(parse(rule), one, fields, querying.rule_context())} == wanted


def test_a_bucket_never_changes():
    assert [bucket_of(record_id, 10) for record_id in IDS[:8]] == [9, 0, 7, 9, 4, 0, 9, 9]


def test_related_records_have_buckets_of_their_own(people, operator):
    addresses = current.models()["AD"]
    for number in range(20):
        saving.create(addresses, {"city": "Santos", "userId": IDS[number]}, by=operator)
    asked = {address.userId_id for address in addresses.objects.all() if bucket_of(address.pk, 2) == 0}

    assert found(people, "has(AD where bucket(2)=0)") == asked
    assert 0 < len(asked) < 20


def test_why_says_which_bucket_it_is(people):
    one = people.objects.order_by("pk")[0]
    clause = explain(parse("bucket(7)=0"), one, querying.fields_of(people), querying.rule_context()).clauses[0]

    assert (clause.actual, clause.text) == (bucket_of(one.pk, 7), "bucket(7)=0")


@pytest.mark.parametrize("rule", ["bucket(10)=3", "bucket(2) in (0, 1)", "NOT bucket(1000)>=999"])
def test_it_is_printed_as_it_is_written(rule):
    assert print_rule(parse(rule)) == rule


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("bucket(10)=10", "The buckets of bucket(10) are 0 to 9."),
        ("bucket(10)=-1", "The buckets of bucket(10) are 0 to 9."),
        ("bucket(10)=2.5", "The buckets of bucket(10) are 0 to 9."),
        ("bucket(1)=0", "Records are put into 2 to 1000 buckets."),
        ("bucket(1001)=0", "Records are put into 2 to 1000 buckets."),
        ("bucket(10) is null", "A bucket is a number"),
        ("bucket(10) contains 1", "A bucket is a number"),
        ("bucket(10)=a", "bucket"),
        ("bucket(ten)=1", "not expected here"),
        ("bucket()=1", "not expected here"),
    ],
)
def test_what_no_bucket_is_is_refused(people, rule, reason):
    with translation.override("en"), pytest.raises(RuleError) as refused:
        found(people, rule)
    assert reason in str(refused.value.reason)
