import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.rules.parsing import parse
from crm.rules.printing import print_outline, print_rule
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

NAMES = st.sampled_from(["name", "totalSpent", "notes", "order", "inside", "a_b", "has", "count", "where", "by", "starts", "sum"])
LABELS = st.sampled_from(['"Total spent"', '"a \\"b* (c)"', '"has(x)"'])
ANY_NAME = st.one_of(NAMES, LABELS)
PATHS = st.builds(FieldPath, ANY_NAME, st.one_of(st.just(""), ANY_NAME), st.booleans())
WORDS = st.sampled_from(["", "and", "OR", "null", "now-30d", "a b", "(", ")", "\\", '"', "'", "\u201c", "\u2019", "*", ",", "="])
TEXTS = st.one_of(WORDS, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12))
LITERALS = st.builds(LiteralValue, st.lists(TEXTS, min_size=1, max_size=4).map(tuple))
OPERATORS = st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "contains", "starts with", "ends with"])


def terms(paths: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(
        st.builds(Comparison, paths, OPERATORS, LITERALS),
        st.builds(Between, paths, LITERALS, LITERALS),
        st.builds(InList, paths, st.lists(LITERALS, min_size=1, max_size=3).map(tuple)),
        st.builds(NullCheck, paths, st.booleans()),
    )


def larger(rules: st.SearchStrategy) -> st.SearchStrategy:
    several = st.lists(rules, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(NotRule, rules), st.builds(AllOf, several), st.builds(AnyOf, several))


def related(rules: st.SearchStrategy) -> st.SearchStrategy:
    """Records of any entity, chosen by such rules or by none."""
    records = st.builds(ReferringRecords, NAMES, st.one_of(st.just(""), NAMES), st.one_of(st.none(), rules))
    counted = st.builds(RelatedTest, st.just("count"), records, st.just(""), terms(st.just(FieldPath("count"))))
    computed = [
        st.builds(RelatedTest, st.just(function), records, ANY_NAME, terms(st.just(FieldPath(function))))
        for function in ("sum", "min", "max", "avg")
    ]
    return st.one_of(st.builds(RelatedTest, st.just("has"), records), counted, *computed)


RULES = st.recursive(terms(PATHS), lambda rules: st.one_of(larger(rules), related(rules)), max_leaves=8)


@given(RULES)
def test_a_printed_rule_parses_to_itself(rule):
    assert parse(print_rule(rule)) == rule


@pytest.mark.parametrize(
    "text",
    [
        "state=SP AND (tier=Gold OR totalSpent>1000)",
        "NOT (a=1 OR b=2)",
        "(a=1 AND b=2) OR c=3",
        "name=*go*",
        "email contains test.com",
        'city="São Paulo"',
        "createdIn between 2001-01-01 AND 2016-01-01",
        "state in (SP, RJ)",
        "client.email is not null",
        "lastOrderAt>now-30d",
        "name starts with Ana AND NOT name ends with a",
        "anniversary(birthDate) between today AND today+7d",
        "bucket(10)=3",
        "has(AD)",
        "NOT has(AD where state=SP AND (city=Santos OR city is null))",
        "count(OD where createdIn>now-365d)>=3",
        "sum(OD.total by userId where status=paid) between 500 AND 900",
        "max(OD.createdIn) is null",
        "has(AD where has(OD by addressId where total>1))",
        '"Total spent">500',
    ],
)
def test_the_usual_form(text):
    assert print_rule(parse(text)) == text


@pytest.mark.parametrize(
    ("rule", "outline"),
    [
        ("totalSpent>1000", "totalSpent>…"),
        ('email="ana@example.com" AND NOT (state=SP OR tier in (Gold, Silver))', "email=… AND NOT (state=… OR tier in (…))"),
        ("age between 18 AND 65", "age between … AND …"),
        ("email is not null", "email is not null"),
        (
            "sum(OD.total where status=paid)>500 AND has(AD where state=SP)",
            "sum(OD.total where status=…)>… AND has(AD where state=…)",
        ),
        ('lastName contains "*…*"', "lastName contains …"),
    ],
)
def test_outline_has_fields_and_operators_and_no_value(rule, outline):
    assert print_outline(parse(rule)) == outline
