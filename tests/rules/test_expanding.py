import pytest

from crm.rules.errors import RuleError
from crm.rules.expanding import expand
from crm.rules.limits import MAX_DEPTH, MAX_EXPANDED_TERMS
from crm.rules.parsing import parse
from crm.rules.printing import print_rule
from crm.rules.reading import fields_read
from crm.rules.resolving import Fields, RuleField


def with_rules(**rules: str) -> Fields:
    columns = [RuleField("state", "text"), RuleField("spent", "decimal"), RuleField("secret", "text", readable=False)]
    return Fields([*columns, *(RuleField(name, "rule", nullable=False, rule=parse(text)) for name, text in rules.items())])


def refusal(text: str, fields: Fields) -> RuleError:
    with pytest.raises(RuleError) as refused:
        expand(parse(text), fields)
    return refused.value


def names_read(text: str, fields: Fields) -> set[str]:
    return {name for _entity, name in fields_read(parse(text), fields)}


@pytest.mark.parametrize(
    ("text", "written_out"),
    [
        ("Big=true", "spent>1000"),
        ("big=false", "NOT spent>1000"),
        ("Big<>true AND state=SP", "NOT spent>1000 AND state=SP"),
        ("BigHere=true", "spent>1000 AND state=SP"),
        ("Big in (true, false)", "spent>1000 OR NOT spent>1000"),
        ("Big is null", "NOT (spent>1000 OR NOT spent>1000)"),
    ],
)
def test_rule_fields_are_written_out(text, written_out):
    fields = with_rules(Big="spent>1000", BigHere="Big=true AND state=SP")

    assert print_rule(expand(parse(text), fields)) == written_out


def test_a_circle_is_refused():
    fields = with_rules(A="B=true", B="C=true", C="state=SP OR A=true")

    assert (
        str(refusal("state=SP AND A=true", fields))
        == "A rule may not read itself: A is a rule over B, which is a rule over C, which is a rule over A. (character 14)"
    )


def test_an_explosion_is_refused():
    tripling = {f"R{n}": " OR ".join([f"R{n - 1}=true"] * 3) for n in range(1, 7)}

    assert str(MAX_EXPANDED_TERMS) in str(refusal("R6=true", with_rules(R0="state=SP", **tripling)))


def test_a_long_chain_is_refused():
    chain = {f"R{n}": f"R{n - 1}=true" for n in range(1, 600)}
    fields = with_rules(R0="state=SP", **chain)

    assert str(MAX_DEPTH) in str(refusal("R599=true", fields))
    assert "R0" in names_read("R599=true", fields)


def test_a_fault_inside_a_rule_is_told_where_it_was_named():
    assert refusal("state=SP AND Old=true", with_rules(Old="removed=1")).position == 13


def test_a_rule_field_without_a_valid_rule_is_refused():
    assert "no valid rule" in str(refusal("Broken=true", Fields([RuleField("Broken", "rule")])))


def test_fields_read_directly_and_through_rules():
    fields = with_rules(Big="SPENT>1000 AND secret=x", BigHere="Big=true AND state=SP")

    assert names_read("bighere=true", fields) == {"BigHere", "Big", "state", "spent", "secret"}


def test_fields_read_ends_for_a_circle():
    assert names_read("A=true", with_rules(A="B=true", B="A=true")) == {"A", "B"}


def test_only_a_rule_may_read_what_a_person_may_not():
    fields = with_rules(Secret="secret=x")

    assert print_rule(expand(parse("Secret=true"), fields)) == "secret=x"
    assert refusal("secret=x", fields).position == 0
