import pytest

from crm.rules.compiling import compile_rule
from crm.rules.errors import RuleError
from crm.rules.parsing import parse
from crm.rules.resolving import Fields, RuleField, canonical_path
from crm.rules.tree import FieldPath

FIELDS = Fields(
    [
        RuleField("Dealers", "boolean", label="Revendedores", nullable=False),
        RuleField("orderCount", "integer"),
        RuleField("kind", "text"),
        RuleField("secretNote", "text", readable=False),
        RuleField("restrictions", "text", filterable=False),
    ]
)


def refusal(text: str, context, fields: Fields = FIELDS) -> RuleError:
    with pytest.raises(RuleError) as refused:
        compile_rule(parse(text), fields, context)
    return refused.value


@pytest.mark.parametrize("name", ["Dealers", "dealers", "DEALERS"])
def test_names_in_any_case_are_the_true_name(name):
    assert str(canonical_path(FieldPath(name), FIELDS)) == "Dealers"


def test_the_exact_name_wins_and_an_ambiguous_one_is_refused(context):
    both = Fields([RuleField("Code", "text"), RuleField("code", "text")])

    assert both.find("code").name == "code"
    assert refusal("CODE=1", context, both).suggestion.lower() == "code"


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("Dealer=true", "Dealers"),
        ("D\u0435alers=true", "Dealers"),  # a Cyrillic letter
        ("order_count>1", "orderCount"),
        ("revendedores=true", "Dealers"),
        ("\u212aind=x", "kind"),  # the Kelvin sign, whose lower case is k
        ("zzz=1", ""),
    ],
)
def test_an_unknown_name_is_refused_with_what_was_meant(text, suggestion, context):
    refused = refusal(f"kind=x AND {text}", context)

    assert refused.position == len("kind=x AND ")
    assert refused.suggestion == suggestion


def test_an_unreadable_name_is_refused_like_an_unknown_one(context):
    without = Fields(field for field in FIELDS.by_name.values() if field.name != "secretNote")

    for name in ("secretNote", "SECRETNOTE", "secretNot"):
        assert str(refusal(f"{name}=x", context)) == str(refusal(f"{name}=x", context, without))
        assert refusal(f"{name}=x", context).suggestion == ""


def test_a_field_that_is_no_filter_is_refused_by_name(context):
    assert str(refusal("restrictions=x", context)) == "“restrictions” is not a field to filter by. (character 1)"


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("visits>abc", 7, "“visits” is compared with a number such as 1234.50, and “abc” is none."),
        ("visits=1,5", 7, "“visits” is compared with a number such as 1234.50, and “1,5” is none."),
        ("visits=1*", 7, "Invalid filter: “visits” holds no text, so it takes no wildcard."),
        ("visits=99999999999999999999", 7, "“99999999999999999999” has too many digits."),
        ("spent=0.1234567890123456", 6, "“0.1234567890123456” has too many digits."),
        ("visits contains 1", 16, "“visits” holds no text, so it cannot contain any."),
        ("vip=maybe", 4, "“vip” is compared with true or false, and “maybe” is none."),
        ("vip>false", 4, "“vip” is either true or false, neither more nor less."),
        ("Big>false", 0, "“Big” is either true or false, neither more nor less."),
        ("born=tomorrow", 5, "“tomorrow” is not a date."),
        ("born=2026-01-01T10:00", 5, "“born” holds days, without a time."),
        ("seen=2026-*", 5, "Invalid filter: “seen” holds no text, so it takes no wildcard."),
        ('name=""', 5, "No text is empty: write “name is null”."),
        ("name<a*", 5, "“name” is compared with a text without wildcards, and “a*” is none."),
        ("name.title=x", 0, "“name” is not a relationship, so it has no fields of its own."),
        ("company.titel=x", 8, "There is no field “titel”."),
        ("company>c1", 8, "“company” is another record, neither more nor less."),
    ],
)
def test_a_value_that_does_not_fit_is_refused(text, position, reason, context, fields):
    refused = refusal(text, context, fields)

    assert (refused.position, str(refused.reason)) == (position, reason)
