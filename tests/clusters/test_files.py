"""The catalogue as a file: out, changed, previewed and in again."""

import io
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from clusters import membership
from clusters.catalogue.creating import create_cluster
from clusters.models import Cluster
from crm.people.models import Role
from crm.schema.models import Publication
from crm.worksheets.formats.reading import reader
from tests.page_forms import forms_of

ADDRESS = "/clusters/new/file/"


@pytest.fixture
def catalogue_of_two(spenders, operator):
    create_cluster("VIP", by=operator)
    create_cluster("Big", rule="totalSpent>1000", by=operator)


@pytest.fixture
def send(manager_client):
    """Uploads a file, and presses the button of its preview if asked."""

    def sent(text: str, *, agree: bool = False):
        page = manager_client.post(ADDRESS, {"file": SimpleUploadedFile("clusters.csv", text.encode())})
        if not agree:
            return page
        form = next(form for form in forms_of(page.text, ADDRESS) if ("do", "import") in form.button)
        return manager_client.post(ADDRESS, form.sent(), follow=True)

    return sent


def rules() -> dict[str, str]:
    return {cluster.name: membership.rule_text(cluster) for cluster in Cluster.objects.all() if membership.has_rule(cluster)}


@pytest.mark.usefixtures("catalogue_of_two")
def test_what_is_exported_changes_nothing_when_it_comes_back(manager_client, send):
    exported = b"".join(manager_client.get(f"{ADDRESS}?_format=csv").streaming_content)

    assert exported.decode("utf-8-sig").splitlines() == [
        "cluster,label,description,entity,rule",
        "VIP,VIP,,CL,",
        "Big,Big,,CL,totalSpent>1000",
    ]
    page = send(exported.decode("utf-8-sig"))
    assert [row.outcome for row in page.context["rows"]] == ["skip", "skip"]
    assert "The file holds what is stored already." in page.text


@pytest.mark.usefixtures("catalogue_of_two")
def test_a_preview_shows_what_differs_and_publishes_nothing(send):
    before = Publication.objects.count()

    page = send("cluster,label,entity,rule\nBig,Big,CL,totalSpent>500\n,New ones,CL,state=SP\n")

    assert "<del>totalSpent&gt;1000</del> <ins>totalSpent&gt;500</ins>" in page.text
    assert [row.outcome for row in page.context["rows"]] == ["update", "new"]
    assert (Publication.objects.count(), Cluster.objects.count(), rules()) == (before, 2, {"Big": "totalSpent>1000"})


@pytest.mark.usefixtures("catalogue_of_two")
def test_what_was_previewed_is_imported(send):
    page = send("cluster,label,rule,description\nBig,Huge,totalSpent>500,\n,New ones,state=SP,\nHand,By hand,,Ours\n", agree=True)

    assert "2 created, 1 changed, 0 unchanged." in page.text
    assert sorted(rules().values()) == ["state=SP", "totalSpent>500"]
    assert Cluster.objects.get(name="Big").label == "Huge"
    hand = Cluster.objects.get(name="Hand")
    assert (hand.label, hand.description) == ("By hand", "Ours")


@pytest.mark.usefixtures("catalogue_of_two")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("cluster,rule\nBig,totalSpent>>1\n", "is no value"),
        ("cluster,rule\nVIP,totalSpent>1\n", "Only a cluster by rule takes a rule."),
        ("cluster,entity\nBig,AD\n", "A cluster stays in its entity."),
        ("cluster,label\n,VIP\n", "The cluster “VIP” exists already."),
        ("cluster,label\nBig,VIP\n", "The cluster “VIP” exists already."),
        (
            "cluster,colour\nBig,red\n",
            "There is no column “colour” here. The columns are: cluster, label, description, entity, rule.",
        ),
        ("label\nNew\n", "cluster"),
    ],
    ids=[
        "no rule",
        "no place for one",
        "another entity",
        "a label that is taken",
        "another's label",
        "an unknown column",
        "no key",
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_offered(send, text, reason):
    page = send(text)

    assert page.status_code == 422
    assert reason in unescape(page.text)
    assert 'value="import"' not in page.text


@pytest.mark.usefixtures("catalogue_of_two")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("cluster,label\nA,One\na,Two\n", "An earlier row of the file has the cluster “a” already."),
        ("cluster,label\n,One\n,ONE\n", "An earlier row of the file has the cluster “ONE” already."),
        ("cluster,label\n,New ones\nNewOnes,Others\n", "An earlier row of the file has the cluster “NewOnes” already."),
        ("cluster,label\nBig,Huge\n,Huge\n", "An earlier row of the file has the cluster “Huge” already."),
        ("cluster,label\nA,Huge\nBig,Huge\n", "An earlier row of the file has the cluster “Huge” already."),
        ("cluster,label\nA,One\ntotalSpent,Two\n", "the field “totalSpent” exists already"),
    ],
    ids=["name", "label", "name made of a label", "label that changes", "label of a new one", "name of a field"],
)
def test_a_row_that_an_earlier_one_stops_is_refused_in_the_preview(send, text, reason):
    page = send(text)

    assert page.status_code == 422
    assert [row.outcome for row in page.context["rows"]][1] == "invalid"
    assert reason in unescape(page.text)


@pytest.mark.usefixtures("catalogue_of_two")
def test_rows_that_do_not_meet_are_all_imported(send):
    send("cluster,label\nNewOnes,First\n,New ones\nBig,Huge\nBig,Huge\n", agree=True)

    labels = {"VIP": "VIP", "Big": "Huge", "NewOnes": "First", "NewOnes2": "New ones"}
    assert {cluster.name: cluster.label for cluster in Cluster.objects.all()} == labels


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
def test_only_who_manages_clusters_may(sign_in, role, db):
    client = sign_in(role)

    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, {"file": SimpleUploadedFile("c.csv", b"cluster\nA\n")}).status_code == 403


@pytest.mark.usefixtures("catalogue_of_two")
def test_a_workbook_comes_and_goes(manager_client, send):
    exported = b"".join(manager_client.get(f"{ADDRESS}?_format=xlsx").streaming_content)

    page = manager_client.post(ADDRESS, {"file": SimpleUploadedFile("clusters.xlsx", exported)})

    assert reader.detect_format(io.BytesIO(exported)).kind == "xlsx"
    assert [row.outcome for row in page.context["rows"]] == ["skip", "skip"]
