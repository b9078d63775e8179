"""Related records, measured beside statements by hand that find the same."""

from crm.management.bench import related_rules
from crm.management.bench.scratch import scratch_model
from crm.schema.record import Record

ROWS = 60


def numbers(customers: type[Record], addresses: type[Record]) -> list[set[int]]:
    """Of each question the numbers that the rule and the statements by hand find."""
    return [
        {
            related_rules.count_by_rule(question.rule, customers),
            *(related_rules.by_hand(predicate, customers, addresses)() for predicate in question.by_hand),
        }
        for question in related_rules.QUESTIONS
    ]


def test_rules_and_statements_by_hand_find_the_same(db, tmp_path, operator):
    with scratch_model() as model:
        (line,) = related_rules.measured(model, tmp_path, ROWS, operator)
        with related_rules.with_addresses(model, ROWS) as (customers, addresses):
            found = numbers(customers, addresses)

    assert (line["name"], line["rows"]) == ("related-rule", ROWS * related_rules.EACH)
    assert [len(same) for same in found] == [1, 1, 1]
    assert all(0 < number < ROWS for same in found for number in same)
