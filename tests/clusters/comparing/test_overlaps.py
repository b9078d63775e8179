"""How many members clusters share."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clusters.catalogue import creating
from clusters.comparing.overlaps import BITS, overlaps
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from clusters.models import Cluster
from crm.people.models import Role
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def clusters(spenders, operator) -> list[Cluster]:
    """Dealers: Ana and Bia. Rich: Ana and Caio. Nobody: nobody."""
    dealers = creating.create_cluster("Dealers", by=operator)
    change_members(dealers, "add", Selection(rule="state=SP"), by=operator)
    rich = creating.create_cluster("Rich", rule="totalSpent>1000", by=operator)
    nobody = creating.create_cluster("Nobody", rule="state=XX", by=operator)
    return [dealers, rich, nobody]


def test_matrix_says_how_many_are_in_each_two_and_sizes_are_its_diagonal(clusters):
    found = overlaps(clusters)

    assert found.matrix == [[2, 1, 0], [1, 2, 0], [0, 0, 0]]
    assert found.sizes == [2, 2, 0]


def test_pair_says_who_is_in_one_alone_and_how_much_likelier(clusters):
    (pair,) = overlaps(clusters).pairs()

    assert (pair.both, pair.only_one, pair.only_other) == (1, 1, 1)
    assert pair.lift == pytest.approx((1 / 2) / (2 / 3))
    assert pair.likeness == pytest.approx(1 / 3)


def test_any_number_of_clusters_takes_one_scan(clusters, operator, django_assert_num_queries):
    more = [Cluster(name=f"SP{number}", entity="CL", field="state", rule="state=SP") for number in range(BITS)]

    with current.pinned(), django_assert_num_queries(1):
        found = overlaps([*clusters, *more])

    assert found.sizes == [2, 2, 0] + [2] * BITS
    assert found.matrix[1][BITS + 2] == 1


def test_cluster_that_cannot_be_evaluated_is_left_out_and_named(clusters):
    broken = Cluster(name="Broken", entity="CL", field="gone", rule="gone=true")

    found = overlaps([*clusters, broken])

    assert found.failed == [broken]
    assert found.clusters == clusters


def test_command_gives_the_matrix_of_the_named_clusters(clusters):
    call_command("cluster_overlaps", "Rich", "Dealers", "--json", stdout=(output := StringIO()))

    assert json.loads(output.getvalue()) == {"clusters": ["Rich", "Dealers"], "sizes": [2, 2], "matrix": [[2, 1], [1, 2]]}


def test_command_refuses_an_unknown_cluster(clusters):
    with pytest.raises(CommandError, match="no cluster Nowhere"):
        call_command("cluster_overlaps", "Nowhere")


def test_page_leads_to_the_people_and_to_a_new_cluster(clusters, manager_client):
    page = manager_client.get("/clusters/Dealers/overlaps/").content.decode()

    assert "/crm/CL/?_in=Dealers&amp;_in=Rich" in page
    draft = manager_client.get("/clusters/new/", {"label": "x", "rule": "Dealers=true AND NOT Rich=true", "entity": "CL"})
    assert "Dealers=true AND NOT Rich=true" in draft.content.decode()


def test_people_of_the_list_are_as_many_as_the_overlap(clusters, manager_client):
    page = manager_client.get("/crm/CL/?_in=Dealers&_in=Rich").content.decode()

    assert "1 record" in page


def test_page_of_all_overlaps_shows_the_pairs(clusters, sign_in):
    page = sign_in(Role.READER).get("/clusters/overlaps/").content.decode()

    assert "In both" in page
    assert "New cluster" not in page


def test_no_overlaps_is_a_page_of_its_own(operator, manager_client):
    creating.create_cluster("Dealers", by=operator)

    assert "No overlaps" in manager_client.get("/clusters/overlaps/").content.decode()
    assert "No overlaps" in manager_client.get("/clusters/Dealers/overlaps/").content.decode()
