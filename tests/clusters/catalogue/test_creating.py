"""A cluster in one step."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from clusters import membership
from clusters.catalogue import creating, lookup
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.records.writing import saving
from crm.schema.generated import current
from crm.schema.models import DataEntity

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealers() -> Cluster:
    return creating.create_cluster("Dealers", by=Actor.operator())


def test_r48_one_step_makes_field_form_place_list_column_and_filter(dealers):
    design = DataEntity.objects.get(acronym="CL").forms.get(is_default=True).content()

    assert current.entity("CL").field("Dealers").type == "Boolean"
    assert [place.field for section in design.sections if section.is_clusters for place in section.places] == ["Dealers"]
    assert "_clusters" in design.listed
    assert "_clusters" in design.filters
    assert "Dealers" not in {*design.listed, *design.filters}


def test_name_comes_from_the_label():
    cluster = creating.create_cluster("Revendedores São Paulo", by=Actor.operator())

    assert (cluster.name, cluster.label, cluster.rule) == (
        "RevendedoresSaoPaulo",
        "Revendedores São Paulo",
        "RevendedoresSaoPaulo=true",
    )


def test_members_are_counted_exactly_at_the_moment_of_asking(dealers):
    model = current.models()["CL"]
    ana = saving.create(model, {"email": "ana@example.com", "Dealers": True}, by=Actor.operator())
    saving.create(model, {"email": "bia@example.com"}, by=Actor.operator())

    assert membership.counts([dealers]) == {"Dealers": 1}

    saving.update(ana, {"Dealers": False}, by=Actor.operator())

    assert membership.counts([dealers]) == {"Dealers": 0}


@pytest.mark.parametrize("clusters", [1, 3])
def test_counting_takes_the_same_queries_for_any_number(clusters, django_assert_num_queries):
    made = [creating.create_cluster(f"Group {n}", by=Actor.operator()) for n in range(clusters)]
    current.models()

    with django_assert_num_queries(2):
        membership.counts(made)


@pytest.mark.parametrize("name", ["new", "New"])
def test_cluster_cannot_be_called_new(name):
    with pytest.raises(lookup.InvalidCluster, match="may not be called"):
        creating.create_cluster("x", name=name, by=Actor.operator())


def test_second_cluster_of_a_name_is_refused(dealers):
    with pytest.raises(CommandError, match="exists already"):
        call_command("create_cluster", "dealers")


def test_if_missing_gives_the_cluster_that_is_there(dealers, capsys):
    call_command("create_cluster", "Dealers", "--if-missing", "--json")

    assert Cluster.objects.count() == 1
    assert '"members": 0' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ([], ["--rule", "isCorporate=true"]),
        (["--rule", "isCorporate=true"], []),
        (["--rule", "isCorporate=true"], ["--rule", "isCorporate=false"]),
    ],
)
def test_if_missing_refuses_a_cluster_that_is_there_with_another_rule(db, first, then):
    call_command("create_cluster", "Firms", *first)

    with pytest.raises(CommandError, match="there already with another rule"):
        call_command("create_cluster", "Firms", *then, "--if-missing")


def test_if_missing_knows_the_same_rule_however_it_is_written(db):
    call_command("create_cluster", "Firms", "--rule", "isCorporate=true AND gender=x")

    call_command("create_cluster", "Firms", "--rule", "isCorporate = true and gender = x", "--if-missing")

    assert Cluster.objects.count() == 1


def test_editor_may_not_make_clusters():
    editor = User.objects.create_user("ed@example.com", "x", Role.EDITOR)

    with pytest.raises(PermissionDenied):
        creating.create_cluster("Dealers", by=Actor(editor, "page"))


@pytest.mark.parametrize("label", ["", "   ", "x" * 101, "a\nb", "a\x00b", "a\u200bb", "\u200b"])
def test_a_label_is_one_line_of_text_from_every_way_in(db, label):
    with pytest.raises(lookup.InvalidCluster, match="1 to 100 characters"):
        creating.create_cluster(label, name="Somebody", by=Actor.operator())

    assert not Cluster.objects.exists()


def test_a_label_that_only_looks_different_is_taken(dealers):
    with pytest.raises(lookup.InvalidCluster, match="exists already"):
        creating.create_cluster("Dealers\u200b ", name="Others", by=Actor.operator())
