"""What single change would let somebody in or out."""

import itertools
from dataclasses import replace

import pytest

from clusters.catalogue import creating
from clusters.why.deciding import deciding
from clusters.why.explaining import explain_membership
from clusters.why.explanation_tree import ExplainedClause, ExplainedJoin
from crm.schema.generated import current


def clause(name: str, holds: bool) -> ExplainedClause:
    return ExplainedClause(name, name, None, "", holds, about=name)


def joined(join: str, *parts) -> ExplainedJoin:
    results = [part.holds for part in parts]
    return ExplainedJoin(join, parts, {"all": all(results), "any": any(results), "not": not results[0]}[join])


def answered(node, turned: str = ""):
    """The tree with one comparison turned, computed anew."""
    if isinstance(node, ExplainedClause):
        return replace(node, holds=not node.holds) if node.clause == turned else node
    return joined(node.join, *(answered(part, turned) for part in node.parts))


@pytest.mark.parametrize("results", itertools.product([True, False], repeat=4))
def test_exactly_those_decide_whose_turn_turns_the_whole(results):
    a, b, c, d = (clause(name, holds) for name, holds in zip("abcd", results, strict=True))
    for tree in (
        joined("all", a, joined("any", b, joined("not", c)), d),
        joined("any", joined("all", a, b), joined("not", joined("any", c, d))),
    ):
        turning = {name for name in "abcd" if answered(tree, name).holds is not tree.holds}

        assert {found.clause for found in deciding(tree)} == turning


def test_a_field_that_is_compared_twice_is_not_said_to_decide():
    low, high = replace(clause("spent>10", False), about="spent"), replace(clause("spent<100", True), about="spent")

    assert deciding(joined("all", low, high)) == []


@pytest.fixture
def rich_of_sp(spenders, operator):
    return creating.create_cluster("RichSP", rule="state=SP AND totalSpent>1000", by=operator)


@pytest.mark.django_db
def test_page_names_the_change(rich_of_sp, manager_client, operator):
    caio, bia = (current.models()["CL"].objects.get(firstName=name) for name in ("Caio", "Bia"))

    assert [one.clause for one in explain_membership(rich_of_sp, caio, reader=operator).deciding] == ["state=SP"]
    page = manager_client.get(f"/clusters/RichSP/why/{bia.pk}/").content.decode()
    assert "One change would let it in" in page
    assert "totalSpent" in page.split("One change would let it in")[1].split("</p>")[0]
