"""On a cluster's page members are added by name, taken out by choice, and the change undone."""

import pytest

from clusters.catalogue import creating
from clusters.models import Cluster
from crm.extensions import origin_of
from crm.people.models import Role
from crm.records.models import ChangeSet
from crm.records.writing import saving
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealers(operator):
    cluster = creating.create_cluster("Dealers", by=operator)
    for name, last in (("Ana", "Lima"), ("Ana", "Reis"), ("Caio", "Moura")):
        values = {"firstName": name, "lastName": last, "email": f"{last.lower()}@example.com"}
        saving.create(current.models()["CL"], values, record_id=last.lower(), by=operator)
    return cluster


def titles(page) -> list[str]:
    return [member.id for member in page.context["members"].rows]


def test_an_e_mail_adds_its_customer_with_time_and_author(dealers, manager_client):
    page = manager_client.post("/clusters/Dealers/members/", {"text": "LIMA@example.com"}, follow=True)

    (member,) = page.context["members"].rows
    assert (member.id, member.by) == ("lima", "Max, page")
    assert member.since is not None
    assert "1 customer joined Dealers." in page.text


def test_a_name_that_one_customer_has_adds_this_one(dealers, manager_client):
    assert titles(manager_client.post("/clusters/Dealers/members/", {"text": "Caio"}, follow=True)) == ["moura"]


def test_a_name_that_several_have_is_asked_about_and_the_chosen_ones_join(dealers, manager_client):
    asked = manager_client.post("/clusters/Dealers/members/", {"text": "Ana"})

    assert {(one.title, one.detail) for one in asked.context["candidates"]} == {
        ("lima@example.com", "Ana · Lima"),
        ("reis@example.com", "Ana · Reis"),
    }
    assert not ChangeSet.objects.filter(summary="Dealers").exists()

    page = manager_client.post("/clusters/Dealers/members/", {"add": ["lima", "reis"]}, follow=True)
    assert sorted(titles(page)) == ["lima", "reis"]


def test_a_name_that_nobody_has_changes_nothing(dealers, manager_client):
    page = manager_client.post("/clusters/Dealers/members/", {"text": "Zacarias"}, follow=True)

    assert "Nobody is called “Zacarias”" in page.text


def test_the_chosen_ones_leave_and_the_change_is_undone(dealers, manager_client):
    manager_client.post("/clusters/Dealers/members/", {"add": ["lima", "reis", "moura"]})

    left = manager_client.post("/clusters/Dealers/members/", {"remove": ["lima", "moura"]}, follow=True)
    assert (titles(left), left.context["undoable"]) == (["reis"], ChangeSet.objects.first().pk)

    undo = manager_client.post("/worksheets/undo/", {"change_set": left.context["undoable"]}, follow=True)
    manager_client.post(undo.redirect_chain[-1][0], {"undo": "1"})
    assert sorted(titles(manager_client.get("/clusters/Dealers/members/"))) == ["lima", "moura", "reis"]


def test_the_undo_names_the_cluster_and_its_customers_and_leads_back(dealers, manager_client):
    joined = manager_client.post("/clusters/Dealers/members/", {"add": ["lima", "reis"]}, follow=True)
    undo = manager_client.post("/worksheets/undo/", {"change_set": joined.context["undoable"]}, follow=True)
    address = undo.redirect_chain[-1][0]

    done = manager_client.post(address, {"undo": "1"}, follow=True).content.decode()

    for page in (undo.content.decode(), done):
        assert "<title>Undo the change of members of Dealers" in page
        assert 'href="/clusters/Dealers/#members">Back to the members of Dealers</a>' in page
        assert "Records concerned: Ana Lima, Ana Reis" in page
    again = manager_client.post("/worksheets/undo/", {"change_set": ChangeSet.objects.first().pk}, follow=True).content.decode()
    assert "<title>Redo the change of members of Dealers" in again
    assert 'href="/clusters/Dealers/#members">' in again


def test_an_undo_that_is_refused_leads_back_to_the_cluster(dealers, manager_client):
    joined = manager_client.post("/clusters/Dealers/members/", {"add": ["lima"]}, follow=True)
    asked = {"change_set": joined.context["undoable"]}
    undo = manager_client.post("/worksheets/undo/", asked, follow=True)
    manager_client.post(undo.redirect_chain[-1][0], {"undo": "1"})

    assert manager_client.post("/worksheets/undo/", asked)["Location"] == "/clusters/Dealers/#members"


def test_of_many_customers_the_undo_names_the_first(dealers, manager_client, operator):
    ids = [f"n{number:03}" for number in range(12)]
    for pk in ids:
        saving.create(current.models()["CL"], {"firstName": pk}, record_id=pk, by=operator)
    joined = manager_client.post("/clusters/Dealers/members/", {"add": ids}, follow=True)

    undo = manager_client.post("/worksheets/undo/", {"change_set": joined.context["undoable"]}, follow=True)

    assert "n008, n009 and 2 more" in undo.content.decode()


def test_the_history_of_a_customer_says_what_was_undone(dealers, manager_client):
    joined = manager_client.post("/clusters/Dealers/members/", {"add": ["lima"]}, follow=True)
    undo = manager_client.post("/worksheets/undo/", {"change_set": joined.context["undoable"]}, follow=True)
    manager_client.post(undo.redirect_chain[-1][0], {"undo": "1"})

    assert "by undoing the change of members of Dealers" in manager_client.get("/crm/CL/lima/history/").content.decode()


def test_another_change_whose_summary_is_a_clusters_name_is_none_of_its_members(dealers, manager_client, operator):
    change_set = ChangeSet.objects.create(entity="CL", channel="page", summary="Dealers", user=None)

    assert origin_of(change_set) is None


def test_only_ones_own_change_is_offered_to_be_undone(dealers, manager_client, operator):
    other = ChangeSet.objects.filter(entity="CL").first().pk

    assert manager_client.get(f"/clusters/Dealers/?changed={other}").context["undoable"] is None


def test_members_come_in_pages(dealers, manager_client, operator):
    for number in range(60):
        saving.create(current.models()["CL"], {"firstName": "x", "Dealers": True}, record_id=f"n{number:03}", by=operator)

    first = manager_client.get("/clusters/Dealers/members/")
    second = manager_client.get("/clusters/Dealers/members/", {"_after": first.context["members"].after})

    assert (len(titles(first)), len(titles(second)), first.context["count"]) == (50, 10, 60)
    assert set(titles(first)).isdisjoint(titles(second))


def test_a_reader_sees_members_and_no_way_to_change_them(dealers, sign_in, operator):
    saving.create(current.models()["CL"], {"firstName": "x", "Dealers": True}, by=operator)

    page = sign_in(Role.READER).get("/clusters/Dealers/members/")

    assert len(titles(page)) == 1
    assert "Remove the chosen ones" not in page.text
    assert "Add by name" not in page.text


def test_nobody_is_added_to_a_cluster_by_rule(dealers, manager_client, operator):
    creating.create_cluster("Loyal", rule="Dealers=true", by=operator)

    page = manager_client.post("/clusters/Loyal/members/", {"add": ["lima"]}, follow=True)

    assert "nobody is added or removed by hand" in page.text


@pytest.mark.parametrize("members", [1, 20])
def test_the_page_takes_the_same_queries_for_any_number(
    dealers, members, manager_client, operator, django_assert_max_num_queries
):
    for number in range(members):
        saving.create(current.models()["CL"], {"firstName": "x", "Dealers": True}, record_id=f"n{number}", by=operator)
    manager_client.get("/clusters/Dealers/")

    with django_assert_max_num_queries(17):
        manager_client.get("/clusters/Dealers/")


def test_a_cluster_whose_rule_cannot_be_answered_is_a_refusal(dealers, manager_client):
    Cluster.objects.filter(name="Dealers").update(rule='customerClass=""', field="customerClass")

    page = manager_client.post("/clusters/Dealers/members/", {"add": ["lima"]}, follow=True)

    assert page.status_code == 200
    assert not ChangeSet.objects.filter(summary="Dealers").exists()
