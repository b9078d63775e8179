from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from crm.rules.explaining import ExplainedGroup, all_clauses, evaluate_rule, explain
from crm.rules.parsing import parse
from crm.rules.patterns import is_like


@pytest.fixture
def ana() -> SimpleNamespace:
    acme = SimpleNamespace(title="Ácme", listed=True)
    seen = datetime(2026, 3, 15, 2, tzinfo=UTC)
    return SimpleNamespace(
        id="ana", name="Ana São", spent=Decimal("1200.00"), vip=False, visits=None, seen=seen, company=acme, company_id="c1"
    )


def shape(explanation):
    """The tree as join and result, or as a clause's text, value and result; a Rule field with what its expression says."""
    if isinstance(explanation, ExplainedGroup):
        return (explanation.join, [shape(part) for part in explanation.parts], explanation.holds)
    inner = (shape(explanation.inner),) if explanation.inner else ()
    return (explanation.text, explanation.actual, explanation.holds, *inner)


def test_each_clause_says_what_was_found_and_each_group_what_follows(ana, fields, context):
    verdict = explain(parse("NAME=*sao AND (visits>1 OR company.title=acme) AND seen=2026-03-14"), ana, fields, context)

    either = ("any", [("visits>1", None, False), ("company.title=acme", "Ácme", True)], True)
    assert shape(verdict) == ("all", [("NAME=*sao", "Ana São", True), either, ("seen=2026-03-14", ana.seen, True)], True)
    assert [clause.field for clause in verdict.clauses] == ["name", "visits", "company.title", "seen"]


def test_r63_not_is_a_node_of_its_own(ana, fields, context):
    ana.vip = True

    verdict = explain(parse("NOT vip=true"), ana, fields, context)

    assert shape(verdict) == ("not", [("vip=true", True, True)], False)


def test_a_rule_field_holds_what_it_says(ana, fields, context):
    verdict = explain(parse("BigOrVip=false"), ana, fields, context)

    big = ("Big=true", True, True, ("spent>1000", Decimal("1200.00"), True))
    assert shape(verdict) == ("BigOrVip=false", True, False, ("any", [big, ("vip=true", False, False)], True))
    assert [(clause.field, clause.through) for clause in all_clauses(verdict)] == [
        ("BigOrVip", ""),
        ("Big", "BigOrVip"),
        ("spent", "Big"),
        ("vip", "BigOrVip"),
    ]


def test_a_rule_field_of_a_related_record_holds_what_it_says_of_that(ana, fields, context):
    verdict = explain(parse("company.Known=true AND company.Known is not null"), ana, fields, context)

    known = ("not", [("company.title is null", "Ácme", False)], True)
    assert shape(verdict) == (
        "all",
        [("company.Known=true", True, True, known), ("company.Known is not null", True, True, known)],
        True,
    )


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("company.Known=true", False),
        ("company.Known=false", False),
        ("company.Known<>true", True),
        ("NOT company.Known=false", True),
        ("company.Known in (true, false)", False),
        ("company.Known is null", True),
        ("company.Known is not null", False),
    ],
)
def test_a_rule_field_of_a_missing_record_is_null(ana, fields, context, rule, holds):
    ana.company, ana.company_id = None, None

    verdict = explain(parse(rule), ana, fields, context)

    assert verdict.holds is holds
    assert [(clause.actual, clause.inner) for clause in verdict.clauses] == [(None, None)]


def test_exactly(ana, fields, context, exactly):
    rule = parse("name=ana sao")

    assert evaluate_rule(rule, ana, fields, context)
    assert not evaluate_rule(rule, ana, fields, exactly)


def test_without_a_related_record_nothing_is_known_of_it(ana, fields, context):
    ana.company = None

    assert explain(parse("company.title=acme"), ana, fields, context).clauses[0].actual is None
    assert evaluate_rule(parse("company.title<>acme AND company.listed is null"), ana, fields, context)


@pytest.mark.parametrize(
    ("text", "parts", "like"),
    [
        ("abc", ("abc",), True),
        ("abc", ("", ""), True),
        ("abc", ("a", "c"), True),
        ("aba", ("ab", "ba"), False),
        ("abcbd", ("a", "b", "d"), True),
        ("ab", ("a", "b", "b"), False),
        ("xaxbx", ("", "a", "b", ""), True),
        ("xbxax", ("", "a", "b", ""), False),
    ],
)
def test_patterns(text, parts, like):
    assert is_like(text, parts) is like
