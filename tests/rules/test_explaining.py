from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from crm.rules.evaluating import is_like
from crm.rules.explaining import Clause, RuleExplanation, evaluate_rule, explain
from crm.rules.parsing import parse


@pytest.fixture
def ana() -> SimpleNamespace:
    acme = SimpleNamespace(title="Ácme", listed=True)
    seen = datetime(2026, 3, 15, 2, tzinfo=UTC)
    return SimpleNamespace(id="ana", name="Ana São", spent=Decimal("1200.00"), vip=False, visits=None, seen=seen, company=acme)


def test_each_clause_says_what_was_found(ana, fields, context):
    verdict = explain(parse("NAME=*sao AND (visits>1 OR company.title=acme) AND seen=2026-03-14"), ana, fields, context)

    assert verdict == RuleExplanation(
        holds=True,
        clauses=(
            Clause("NAME=*sao", "Ana São", True, "name"),
            Clause("visits>1", None, False, "visits"),
            Clause("company.title=acme", "Ácme", True, "company.title"),
            Clause("seen=2026-03-14", ana.seen, True, "seen"),
        ),
    )


def test_a_rule_field_is_followed_by_what_it_says(ana, fields, context):
    verdict = explain(parse("BigOrVip=false"), ana, fields, context)

    assert verdict == RuleExplanation(
        holds=False,
        clauses=(
            Clause("BigOrVip=false", True, False, "BigOrVip"),
            Clause("Big=true", True, True, "Big", through="BigOrVip"),
            Clause("spent>1000", Decimal("1200.00"), True, "spent", through="Big"),
            Clause("vip=true", False, False, "vip", through="BigOrVip"),
        ),
    )


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
