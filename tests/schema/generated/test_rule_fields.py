"""Fields of real entities as rules see them: the two compilers agree on random schemas, records and rules."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.records import querying
from crm.rules.compiling import compile_rule
from crm.rules.errors import RuleError
from crm.rules.explaining import explain
from crm.rules.printing import print_rule
from crm.rules.tree import AllOf, AnyOf, Between, Comparison, FieldPath, InList, LiteralValue, NotRule, NullCheck
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.draft.drafting import with_columns
from crm.schema.generated import rule_fields
from crm.schema.generated.classes import GeneratedModels

EXAMPLES = int(os.environ.get("RULE_EXAMPLES", "60")) // 3
TEXTS = ["São Paulo", "sao paulo", "SP", "a%b*c", "'", '"', "Æsir", "z", "10"]
# A type's stored values, and what rules compare them with.
KINDS = {
    "Boolean": ([True, False], ["true", "não"]),
    "Varchar 50": (TEXTS, TEXTS),
    "Text": (TEXTS, TEXTS),
    "Email": (["Ana@example.com", "ana@EXAMPLE.com"], ["ana@example.com", "x@y.zz"]),
    "Choice": (["Gold", "gold"], ["Gold", "GOLD"]),
    "Integer": ([0, -1, 2**31 - 1], ["0", "1.5", "2147483647"]),
    "Long": ([0, -(2**63)], ["0", "-1", "9223372036854775807"]),
    "Decimal": ([Decimal("0.35"), Decimal("-1000.01")], ["0.35", "0.355", "-1000.01"]),
    "Currency": ([Decimal("9999999999999.99")], ["9999999999999.99", "1"]),
    "Date": ([date(2026, 3, 15), date(1, 1, 2)], ["2026-03-15", "today", "month start-1M"]),
    "Date and Time": ([datetime(2026, 3, 15, 2, 59, 59, tzinfo=UTC)], ["2026-03-14", "2026-03-15", "now-30d"]),
}
TEXTUAL = {"Varchar 50", "Text", "Email", "Choice"}


@st.composite
def cases(draw):
    """Field types by name, rows of values, and rules over them; the rules of two fields among them are Rule fields."""
    kinds = {f"f{n}": kind for n, kind in enumerate(draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=6)))}
    values = {name: st.sampled_from(KINDS[kind][0]) for name, kind in kinds.items()}
    empty = {name: held if kinds[name] == "Boolean" else st.one_of(st.none(), held) for name, held in values.items()}
    rows = draw(st.lists(st.fixed_dictionaries(empty), min_size=1, max_size=6))
    rules = st.recursive(terms(kinds), larger, max_leaves=5)
    return kinds, rows, draw(rules), draw(st.lists(rules, min_size=1, max_size=4))


@st.composite
def terms(draw, kinds):
    name = draw(st.sampled_from(sorted(kinds)))
    value = st.sampled_from(KINDS[kinds[name]][1]).map(lambda text: LiteralValue((text,)))
    operators = ["=", "<>"] if kinds[name] == "Boolean" else ["=", "<>", "<", "<=", ">", ">="]
    operators += ["contains"] if kinds[name] in TEXTUAL else []
    shapes = [
        st.builds(Comparison, st.just(FieldPath(name)), st.sampled_from(operators), value),
        st.builds(InList, st.just(FieldPath(name)), st.lists(value, min_size=1, max_size=3).map(tuple)),
        st.builds(NullCheck, st.just(FieldPath(name)), st.booleans()),
    ]
    if kinds[name] != "Boolean":
        shapes.append(st.builds(Between, st.just(FieldPath(name)), value, value))
    return draw(st.one_of(shapes))


def larger(rules):
    several = st.lists(rules, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(NotRule, rules), st.builds(AllOf, several), st.builds(AnyOf, several))


def made(kinds: dict[str, str], inner) -> type:
    """The model of an entity with these fields and a Rule field over them, with its table."""
    fields = [FieldDefinition(name, kind, nullable=kind != "Boolean") for name, kind in kinds.items()]
    fields.append(FieldDefinition("Inner", "Rule", options={"expression": print_rule(inner)}))
    entity = with_columns(EntityDefinition("RANDOM", {"en": "Random"}, tuple(fields)))
    model = GeneratedModels(0, Snapshot({"RANDOM": entity}))["RANDOM"]
    editor = connection.schema_editor(atomic=False)
    editor.deferred_sql = []
    editor.execute("DROP TABLE IF EXISTS record_random")
    editor.create_model(model)
    return model


@pytest.mark.django_db
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases())
def test_sql_and_explanation_agree_on_random_schemas(case):
    kinds, rows, inner, rules = case
    model = made(kinds, inner)
    model.objects.bulk_create(model(id=f"r{n}", **row) for n, row in enumerate(rows))
    fields, now = querying.fields_of(model), querying.rule_context()
    records = list(querying.with_rules(model.objects.order_by("id"), model.entity.visible_fields))

    for rule in [*rules, querying.is_true("Inner"), NotRule(querying.is_true("Inner"))]:
        expected = [record.pk for record in records if explain(rule, record, fields, now).holds]
        found = model.objects.filter(compile_rule(rule, fields, now)).order_by("id")

        assert [record.pk for record in found] == expected, print_rule(rule)

    answers = {record.pk: record.Inner for record in records}
    assert answers == {record.pk: explain(inner, record, fields, now).holds for record in records}


ENTITY = EntityDefinition(
    "PT",
    fields=(
        FieldDefinition("state", "Varchar 10", labels={"en": "State", "pt-br": "Estado"}),
        FieldDefinition("secret", "Varchar 10"),
        FieldDefinition("notes", "Text", filterable=False),
        FieldDefinition("fax", "Varchar 50", hidden=True),
        FieldDefinition("Local", "Rule", options={"expression": "state=SP AND secret is null"}),
        FieldDefinition("Near", "Rule", options={"expression": "Local=true OR state=RJ"}),
    ),
)
SNAPSHOT = Snapshot({"PT": ENTITY})


def reading(name: str) -> list[str]:
    return [rule.name for _entity, rule in rule_fields.rules_reading(ENTITY, SNAPSHOT, name)]


def test_rules_that_read_a_field_are_found_through_others():
    assert reading("secret") == ["Local", "Near"]
    assert reading("Local") == ["Near"]
    assert reading("notes") == []


@pytest.mark.parametrize("rule", ["fax=1", "secret=1", "notes=1", "secrt=1"])
def test_r31_what_is_hidden_unreadable_or_no_filter_cannot_be_asked_for(rule):
    fields = rule_fields.rule_fields(ENTITY, SNAPSHOT, may_read=lambda _entity, name: name != "secret", filters_only=True)

    with pytest.raises(RuleError) as refusal:
        rule_fields.check_expression(rule, fields)

    assert refusal.value.suggestion not in {"secret", "fax", "notes"}


def test_a_rule_may_read_what_its_reader_may_not():
    fields = rule_fields.rule_fields(ENTITY, SNAPSHOT, may_read=lambda _entity, name: name != "secret", filters_only=True)

    assert rule_fields.check_expression("Near=true", fields)


def test_problems_name_the_rule_and_the_reason():
    broken = EntityDefinition("PT", fields=(FieldDefinition("Bad", "Rule", options={"expression": "statee=SP"}), *ENTITY.fields))

    assert rule_fields.rule_problems(SNAPSHOT) == []
    assert rule_fields.rule_problems(Snapshot({"PT": broken})) == [
        "The rule of Bad cannot be answered: There is no field “statee”. (character 1) Did you mean “state”?"
    ]


def test_a_label_in_a_stored_rule_is_a_problem_in_every_language():
    broken = replace(ENTITY, fields=(*ENTITY.fields, FieldDefinition("Told", "Rule", options={"expression": '"State"=SP'})))

    assert rule_fields.rule_problems(Snapshot({"PT": broken})) == [
        'The rule of Told cannot be answered: "State" is a label; what is stored names the field. (character 1)'
    ]
