import time

import pytest
from django.utils import translation

from crm.rules.errors import RuleError
from crm.rules.limits import MAX_DEPTH, MAX_LENGTH, MAX_TERMS, MAX_VALUES
from crm.rules.parsing import parse
from crm.rules.tree import AllOf, AnyOf, Between, Comparison, FieldPath, InList, LiteralValue, NotRule, NullCheck


def equals(name: str, *parts: str) -> Comparison:
    return Comparison(FieldPath(name), "=", LiteralValue(parts))


def value_of(text: str) -> str:
    return parse(f"name={text}").value.text


def refusal(text: str) -> RuleError:
    with pytest.raises(RuleError) as refused:
        parse(text)
    return refused.value


# Every example that the documentation of Master Data gives for `_where` and for clusters.
DOCUMENTED = {
    "gender=male": equals("gender", "male"),
    "(email=a@b.com)": equals("email", "a@b.com"),
    "dealer=true": equals("dealer", "true"),
    'ClusterName="true"': equals("ClusterName", "true"),
    "employee=\u201cyes\u201d": equals("employee", "yes"),
    "email contains test.com": Comparison(FieldPath("email"), "contains", LiteralValue(("test.com",))),
    "firstName is not null": NullCheck(FieldPath("firstName"), True),
    "firstName is null": NullCheck(FieldPath("firstName"), False),
    "name=*go*": equals("name", "", "go", ""),
    "homePhone=*12345678901": equals("homePhone", "", "12345678901"),
    "createdIn between 2001-01-01 AND 2016-01-01": Between(
        FieldPath("createdIn"), LiteralValue(("2001-01-01",)), LiteralValue(("2016-01-01",))
    ),
    "date<2001-01-01": Comparison(FieldPath("date"), "<", LiteralValue(("2001-01-01",))),
    "age between 18 AND 25": Between(FieldPath("age"), LiteralValue(("18",)), LiteralValue(("25",))),
    "number>5": Comparison(FieldPath("number"), ">", LiteralValue(("5",))),
    "percent=0.35": equals("percent", "0.35"),
    'document="00.000.000/0000-00"': equals("document", "00.000.000/0000-00"),
    "client.email=a@b.com": Comparison(FieldPath("client", "email"), "=", LiteralValue(("a@b.com",))),
    "(name=*go* OR (age between 18 AND 25)) AND gender=male": AllOf(
        (
            AnyOf((equals("name", "", "go", ""), Between(FieldPath("age"), LiteralValue(("18",)), LiteralValue(("25",))))),
            equals("gender", "male"),
        )
    ),
}


@pytest.mark.parametrize("text", DOCUMENTED)
def test_documented_examples(text):
    assert parse(text) == DOCUMENTED[text]


def test_and_binds_before_or():
    assert parse("a=1 OR b=2 AND c=3") == AnyOf((equals("a", "1"), AllOf((equals("b", "2"), equals("c", "3")))))


def test_not_binds_before_and():
    assert parse("NOT a=1 AND b=2") == AllOf((NotRule(equals("a", "1")), equals("b", "2")))


@pytest.mark.parametrize("text", ["a=1 and b=2", "a=1 AND b=2", "a = 1 And b = 2", "(a=1)and(b=2)", "a=1\n\tAND\u00a0b=2"])
def test_keywords_in_any_case_and_any_blanks(text):
    assert parse(text) == AllOf((equals("a", "1"), equals("b", "2")))


def test_lists_and_their_opposites():
    values = (LiteralValue(("SP",)), LiteralValue(("Rio de Janeiro",)), LiteralValue(("a, b",)))

    assert parse("state in (SP, Rio de Janeiro, 'a, b')") == InList(FieldPath("state"), values)
    assert parse("state NOT IN (SP, Rio de Janeiro, 'a, b')") == NotRule(InList(FieldPath("state"), values))


def test_a_bare_value_may_hold_blanks():
    assert parse("city=São José dos Campos AND a=1") == AllOf((equals("city", "São José dos Campos"), equals("a", "1")))


@pytest.mark.parametrize("quotes", ['""', "''", "\u201c\u201d", "\u2018\u2019", "\u201d\u201c"])
def test_quotes_straight_or_curly(quotes):
    assert value_of(f"{quotes[0]}x AND (y){quotes[1]}") == "x AND (y)"


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ('"a\\"b"', ('a"b',)),
        ("'it\\'s'", ("it's",)),
        ('"5\\*"', ("5*",)),
        ("5\\*", ("5*",)),
        ('"C:\\temp"', ("C:\\temp",)),
        ('"a\\\\b"', ("a\\b",)),
        ('"a\\\\"', ("a\\",)),
        ('"*a"', ("", "a")),
        ("O'Brien", ("O'Brien",)),
        ("a=b", ("a=b",)),
        ('""', ("",)),
    ],
)
def test_escapes(written, parts):
    assert parse(f"name={written}") == equals("name", *parts)


def test_unequal_has_two_spellings():
    assert parse("a!=1") == parse("a<>1")


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("   ", 0),
        ("a=", 2),
        ("a", 1),
        ("=1", 0),
        ("a==1", 2),
        ("a=1 b=2", 4),
        ("a=1 && b=2", 7),
        ("a=1 AND", 7),
        ("a=1)", 3),
        ("(a=1", 4),
        ("a=(1)", 2),
        ("a in (1, 2", 10),
        ("a in ()", 6),
        ("a between 1", 11),
        ("a is nul", 5),
        ('a="x', 2),
        ('a="x" y', 6),
        ("a.b.c=1", 3),
        ("a=null", 2),
        ("a=OR", 2),
        ("a\uff1d1", 1),
        ("a=\x00", 2),
        ("a=\ud800", 2),
        ("1a=2", 0),
        ("a=1; DROP TABLE x; --=", 19),
    ],
)
def test_refusals_say_where(text, position):
    assert refusal(text).position == position


def test_a_refusal_says_what_was_expected():
    assert str(refusal("a=1 b=2")) == "“b=2” is not expected here. (character 5) Expected: AND, OR, the end."
    assert str(refusal("a=")) == "The rule ends too early. (character 3) Expected: a value."


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("(" * 10_000 + "a=1" + ")" * 10_000, MAX_LENGTH),
        ("(" * 4_000 + "a=1" + ")" * 4_000, MAX_DEPTH),
        ("NOT " * 2_000 + "a=1", MAX_DEPTH),
        ("x" * 1_000_000, MAX_LENGTH),
        (" AND ".join(["a=1"] * (MAX_TERMS + 1)), MAX_TERMS),
        (f"a in ({','.join('1' * (MAX_VALUES + 1))})", MAX_VALUES),
        ("a=" + "*" * 9, 8),
    ],
)
def test_what_is_too_large_is_refused_quickly(text, limit):
    parse("a=1")
    before = time.perf_counter()

    refused = refusal(text)

    assert f"{limit:,}" in str(refused)
    assert time.perf_counter() - before < 0.25


def test_limits_and_places_are_written_as_the_readers_language_writes_numbers():
    with translation.override("pt-br"):
        assert str(refusal("x" * 12_345)).endswith("são permitidos no máximo 10.000. (caractere 10.001)")


def test_parentheses_in_quotes_are_not_nesting():
    assert parse('name="' + "(" * 100 + '"') == equals("name", "(" * 100)


def test_a_usual_query_is_parsed_within_a_millisecond():
    parse("a=1")
    times = []
    for _ in range(20):
        before = time.perf_counter()
        parse("state=SP AND (tier=Gold OR totalSpent>1000) AND lastOrderAt > now-30d")
        times.append(time.perf_counter() - before)

    assert min(times) < 0.001
