"""A rule as conditions, and back."""

import random

import pytest

from clusters.builder.conditions import FormClause, Group, NotShown, RelatedClause
from clusters.builder.rule_conversion import group_of, rule_of
from crm.rules.parsing import parse
from crm.rules.printing import print_rule


@pytest.mark.parametrize(
    "text",
    [
        "state=SP",
        "state=SP AND totalSpent>1000",
        "state=SP AND (tier=Gold OR totalSpent>=1000)",
        "NOT state=SP",
        "NOT (state=SP OR state=RJ)",
        "NOT (state=SP AND approved=true)",
        "state in (SP, RJ) AND totalSpent between 10 and 20",
        "email is null OR email is not null",
        "lastOrderAt>now-30d AND birthDate<now-18M",
        'city="São Paulo" AND NOT email contains test',
        "firstName starts with An OR firstName ends with na",
        "state<>SP",
        "has(AD)",
        "NOT has(AD)",
        "has(AD where state=SP AND NOT city=Santos)",
        "NOT has(OD by userId where total>10 OR has(IT where sku=x))",
        "count(OD where createdIn>now-365d)>=3 AND state=SP",
        "sum(OD.total where (status=paid OR status=sent) AND total<100)>500",
        "max(OD.createdIn by buyer)>now-30d OR min(OD.total) between 1 and 2",
        "avg(OD.total) is null",
        "anniversary(birthDate) between today AND today+7d",
        "NOT anniversary(userId.birthDate) between month start AND month end",
        "birthDate>=2000-01-01 AND birthDate<=today-18y",
        "userId.email=x AND userId.Loyal=true",
        "NOT (has(AD) OR count(OD)=0)",
        "name=Ana* AND name<>*silva OR name=*go* OR name=a*z",
        r'name="50\\*off *" OR name=\*\\',
        "has(AD where city=S*)",
    ],
)
def test_text_of_the_conditions_is_the_text_they_were_made_of(text):
    assert print_rule(rule_of(group_of(parse(text)))) == print_rule(parse(text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name in (S*, RJ)", "“S[*]” stands for any text"),
        ("name contains a*b", "“a[*]b” stands for any text"),
        ("anniversary(birthDate)=today", "only between two days"),
        ("bucket(10)=3", "drawn by their ids"),
    ],
)
def test_what_conditions_cannot_say_stays_a_text_and_says_why(text, reason):
    with pytest.raises(NotShown, match=reason):
        group_of(parse(text))


def test_days_ago_are_a_number_and_a_unit():
    group = group_of(parse("lastOrderAt>now-30d AND lastOrderAt<now-7w"))

    assert [(clause.operator, clause.values) for clause in group.items] == [
        ("last", ("30", "d")),
        ("before", ("7", "w")),
    ]


def test_what_is_not_filled_in_yet_says_nothing():
    assert rule_of(Group("all", (FormClause("state", "eq"), Group("any")))) is None
    assert print_rule(rule_of(Group("all", (FormClause("state", "eq"), FormClause("city", "empty"))))) == "city is null"


@pytest.mark.parametrize("seed", range(100))
def test_any_groups_come_back_with_the_same_meaning(seed):
    chance = random.Random(seed)

    def clause(field: str):
        operator = chance.choice(
            ("eq", "ne", "contains", "gt", "between", "in", "empty", "last", "yearly")[
                : 8 if field in {"count", "sum", "min", "max", "avg"} else 9
            ]
        )
        values = {"between": ("1", "2"), "yearly": ("1", "2"), "in": ("1", "2", "3"), "empty": (), "last": ("30", "d")}.get(
            operator, ("a b",)
        )
        return FormClause(field, operator, values)

    def group(depth: int):
        return Group(chance.choice(("all", "any", "none")), tuple(item(depth - 1) for _ in range(chance.randint(1, 3))))

    def related(depth: int):
        function = chance.choice(("has", "none", "count", "sum", "min", "max", "avg"))
        of = "" if function in {"has", "none", "count"} else "total"
        test = None if function in {"has", "none"} else clause(function)
        where = group(depth) if chance.random() < 0.7 else Group("all")
        return RelatedClause(chance.choice(("AD", "OD by userId")), function, of, where, test)

    def item(depth: int):
        kind = chance.random() if depth else 1.0
        return group(depth) if kind < 0.3 else related(depth) if kind < 0.6 else clause(chance.choice(("a", "b", "userId.email")))

    rule = rule_of(Group("all", (item(3), item(3))))

    assert rule_of(group_of(parse(print_rule(rule)))) == parse(print_rule(rule))
