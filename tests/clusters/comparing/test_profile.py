"""What members are like."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clusters.catalogue import creating
from clusters.catalogue.lookup import InvalidCluster
from clusters.comparing import profile as profiling
from clusters.comparing.grouping import MOST_GROUPED
from clusters.comparing.profile import profile
from clusters.comparing.wording import profile_tables
from crm.records.writing import saving
from crm.schema.draft import new_fields
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def rich(spenders, operator):
    """Ana (SP, 2000) and Caio (RJ, 3000) of three customers, and Dora, of whom nothing is known."""
    saving.create(current.models()["CL"], {"firstName": "Dora"}, by=operator)
    return creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)


def test_values_say_share_and_lift_against_everybody(rich, operator):
    (state,) = profile(rich, ["state"], reader=operator).fields

    values = {value.value: value for value in state.values}
    assert (values["SP"].members, values["SP"].everybody) == (1, 2)
    assert values["RJ"].share == pytest.approx(1 / 2)
    assert values["RJ"].lift == pytest.approx((1 / 2) / (1 / 4))
    assert (state.filled, state.filled_of_all) == (1.0, 0.75)


def test_numbers_have_quartiles_and_bands_between_everybodys(rich, operator):
    (spent,) = profile(rich, ["totalSpent"], reader=operator).fields

    assert spent.quartiles == (Decimal(10), Decimal(2000), Decimal(3000))
    assert spent.member_quartiles == (Decimal(2000), Decimal(2000), Decimal(3000))
    assert [(value.value, value.high, value.members, value.everybody) for value in spent.values] == [
        (None, Decimal(10), 0, 1),
        (Decimal(10), Decimal(2000), 1, 1),
        (Decimal(2000), Decimal(3000), 1, 1),
        (Decimal(3000), None, 0, 0),
    ]


def test_several_fields_are_each_counted_for_themselves(rich, operator):
    found = profile(rich, ["state", "approved", "firstName"], reader=operator)

    assert [one.field.name for one in found.fields] == ["state", "approved", "firstName"]
    assert [(value.value, value.members, value.everybody) for value in found.fields[1].values] == [(False, 2, 4)]
    assert {value.value for value in found.fields[2].values} == {"Ana", "Bia", "Caio", "Dora"}


def test_value_of_no_member_keeps_the_share_of_everybody(rich, operator):
    saving.create(current.models()["CL"], {"state": "MG"}, by=operator)

    (table,) = profile_tables(profile(rich, ["state"], reader=operator))

    shown = {row.label: (row.members, row.percent_of_all, row.lift) for row in table.rows}
    assert shown["MG"] == (0, pytest.approx(20), 0.0)


def test_more_fields_than_a_database_groups_at_once_are_profiled(rich, operator, monkeypatch):
    monkeypatch.setattr(profiling, "MEASURED_AT_ONCE", 1)
    for number in range(MOST_GROUPED + 1):
        draft_and_publish.add_and_publish(
            DataEntity.objects.get(acronym="CL"), new_fields.new_definition(f"flag{number}", "Boolean"), by=operator
        )
    flags = [f"flag{number}" for number in range(MOST_GROUPED + 1)]
    saving.create(current.models()["CL"], {"totalSpent": 5000, flags[0]: True, flags[-1]: True}, by=operator)

    found = profile(rich, [*flags, "totalSpent", "birthDate"], reader=operator)

    true = {one.field.name: [(v.members, v.everybody) for v in one.values if v.value is True] for one in found.fields[:-2]}
    assert true == {name: [(1, 1)] if name in {flags[0], flags[-1]} else [] for name in flags}
    assert [len(one.values) for one in found.fields[-2:]] == [4, 0]


def test_without_fields_those_come_first_that_differ_most(rich, operator):
    for number in range(60):
        saving.create(
            current.models()["CL"], {"state": "SP" if number % 2 else "MG", "totalSpent": 5000 * (number % 2)}, by=operator
        )

    found = profile(rich, reader=operator)

    assert [one.field.name for one in found.fields][:2] in (["totalSpent", "state"], ["state", "totalSpent"])
    assert len(found.fields) <= 10
    assert "Rich" not in [one.field.name for one in found.fields]


@pytest.mark.parametrize("name", ["email", "restrictions", "nothing", "profilePicture"])
def test_fields_that_say_nothing_of_groups_are_refused(rich, operator, name):
    with pytest.raises(InvalidCluster, match="short text"):
        profile(rich, [name], reader=operator)


def test_nobody_has_a_profile_without_numbers(spenders, operator):
    nobody = creating.create_cluster("Nobody", rule="state=XX", by=operator)

    (state,) = profile(nobody, ["state"], reader=operator).fields

    assert {value.share for value in state.values} == {0.0}


def test_command_gives_the_contracts_shape(rich):
    call_command("cluster_profile", "Rich", "--by", "state", "totalSpent", "--json", stdout=(output := StringIO()))

    facts = json.loads(output.getvalue())
    assert (facts["cluster"], facts["members"], facts["of"]) == ("Rich", 2, 4)
    state, spent = facts["fields"]
    assert state["quartiles"] is None
    assert {"value": "SP", "members": 1, "everybody": 2, "share": 0.5, "lift": 1.0} in state["values"]
    assert list(map(float, spent["quartiles"]["members"])) == [2000, 2000, 3000]
    assert spent["values"][0]["value"].startswith("..")


def test_command_refuses_an_unknown_field(rich):
    with pytest.raises(CommandError, match="short text"):
        call_command("cluster_profile", "Rich", "--by", "nothing")


def test_page_shows_the_chosen_fields_and_keeps_the_choice(rich, manager_client):
    page = manager_client.get("/clusters/Rich/profile/?by=state").content.decode()

    assert 'value="state" id="by-state" checked' in page
    assert "2 members against all 4 records" in page
    assert manager_client.get("/clusters/Rich/profile/?by=nothing").status_code == 422


def test_page_of_a_cluster_without_members_says_so(spenders, operator, manager_client):
    creating.create_cluster("Dealers", by=operator)

    assert "Nobody is in this cluster yet" in manager_client.get("/clusters/Dealers/profile/").content.decode()


def test_bands_are_read_as_words(rich, operator):
    (table,) = profile_tables(profile(rich, ["totalSpent"], reader=operator))

    assert [row.label for row in table.rows] == ["up to 10.00", "10.00 to 2,000.00", "2,000.00 to 3,000.00", "above 3,000.00"]
