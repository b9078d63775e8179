import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.rules.parsing import parse
from crm.rules.printing import print_outline, print_rule
from crm.rules.tree import AllOf, AnyOf, Between, Comparison, FieldPath, InList, LiteralValue, NotRule, NullCheck

NAMES = st.sampled_from(["name", "totalSpent", "notes", "order", "inside", "a_b"])
PATHS = st.builds(FieldPath, NAMES, st.one_of(st.just(""), NAMES))
WORDS = st.sampled_from(["", "and", "OR", "null", "now-30d", "a b", "(", ")", "\\", '"', "'", "\u201c", "\u2019", "*", ",", "="])
TEXTS = st.one_of(WORDS, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12))
LITERALS = st.builds(LiteralValue, st.lists(TEXTS, min_size=1, max_size=4).map(tuple))
OPERATORS = st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "contains"])
TERMS = st.one_of(
    st.builds(Comparison, PATHS, OPERATORS, LITERALS),
    st.builds(Between, PATHS, LITERALS, LITERALS),
    st.builds(InList, PATHS, st.lists(LITERALS, min_size=1, max_size=3).map(tuple)),
    st.builds(NullCheck, PATHS, st.booleans()),
)


def larger(rules: st.SearchStrategy) -> st.SearchStrategy:
    several = st.lists(rules, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(NotRule, rules), st.builds(AllOf, several), st.builds(AnyOf, several))


RULES = st.recursive(TERMS, larger, max_leaves=8)


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
        ('lastName contains "*…*"', "lastName contains …"),
    ],
)
def test_outline_has_fields_and_operators_and_no_value(rule, outline):
    assert print_outline(parse(rule)) == outline
