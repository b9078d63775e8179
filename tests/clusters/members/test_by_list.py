"""Members by a list or a rule: shown first, then written."""

import json
from html import unescape
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.http import QueryDict

from clusters import membership
from clusters.catalogue import creating
from clusters.members import background
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from crm.jobs.lease import RunningJob, take_lease
from crm.jobs.models import Job, JobState
from crm.jobs.tasks import run_job
from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing import saving
from crm.schema.form_design import FormDesign
from crm.schema.generated import current
from crm.schema.models import DataEntity, Form

pytestmark = pytest.mark.django_db

ADDRESS = "/clusters/Dealers/members/list/"


@pytest.fixture
def people(operator):
    model = current.models()["CL"]
    rows = [("ana", "52998224725"), ("bia", "11144477735"), ("caio", None)]
    return [
        saving.create(model, {"email": f"{name}@example.com", "firstName": name, "document": document}, by=operator)
        for name, document in rows
    ]


@pytest.fixture
def dealers(people, operator):
    return creating.create_cluster("Dealers", by=operator)


def members(cluster) -> list[str]:
    return sorted(membership.members(cluster).values_list("firstName", flat=True))


def test_list_is_shown_first_and_nothing_is_written(dealers, manager_client):
    page = manager_client.post(ADDRESS, {"list": "ana@example.com\nbia@example.com\nnobody@example.com", "verb": "add"})

    text = page.content.decode()
    assert "2 join" in text
    assert "1 is not known" in text
    assert "nobody@example.com\n" in text
    assert "Add 2 customers" in text
    assert members(dealers) == []


def test_second_press_writes_one_change_set_that_can_be_undone(dealers, manager_client):
    answer = manager_client.post(ADDRESS, {"list": "ana@example.com\nbia@example.com", "verb": "add", "write": "1"})

    assert members(dealers) == ["ana", "bia"]
    assert answer["Location"].startswith("/clusters/Dealers/?changed=")
    assert "Undo" in manager_client.get(answer["Location"]).content.decode()


def test_documents_are_found_with_and_without_punctuation(dealers, manager_client):
    manager_client.post(ADDRESS, {"list": "529.982.247-25\n11144477735", "verb": "add", "write": "1"})

    assert members(dealers) == ["ana", "bia"]


def test_ids_and_taking_out(dealers, people, manager_client):
    manager_client.post(ADDRESS, {"list": "\n".join(one.pk for one in people), "verb": "add", "write": "1"})
    manager_client.post(ADDRESS, {"list": people[0].pk, "verb": "remove", "write": "1"})

    assert members(dealers) == ["bia", "caio"]


def test_exactly_this_list_stops_where_more_than_a_fifth_would_leave_until_it_is_let_go(dealers, people, manager_client):
    manager_client.post(ADDRESS, {"list": "\n".join(one.pk for one in people), "verb": "add", "write": "1"})
    asked = {"list": "ana@example.com", "verb": "replace"}

    assert "More than a fifth" in manager_client.post(ADDRESS, asked).content.decode()
    stopped = manager_client.post(ADDRESS, {**asked, "write": "1"})
    assert stopped.status_code == 422
    assert "ana@example.com" in stopped.content.decode()
    assert len(members(dealers)) == 3

    manager_client.post(ADDRESS, {**asked, "write": "1", "let_go": "1"})
    assert members(dealers) == ["ana"]


def test_all_that_match_a_rule_of_a_list(dealers, manager_client):
    assert "1 joins" in manager_client.get(ADDRESS, {"rule": "firstName=ana"}).content.decode()

    manager_client.post(ADDRESS, {"rule": "firstName=ana", "verb": "add", "write": "1"})
    assert members(dealers) == ["ana"]


def test_list_narrowed_by_a_rule_offers_to_add_them(dealers, manager_client):
    page = manager_client.get("/crm/CL/?_where=firstName%3Dana").content.decode()
    assert "/clusters/new/members/?entity=CL&amp;rule=" in page

    chosen = manager_client.get(
        "/clusters/new/members/", {"entity": "CL", "rule": "firstName=ana", "cluster": "Dealers", "verb": "add"}
    )
    assert chosen["Location"] == f"{ADDRESS}?rule=firstName%3Dana&verb=add"


def test_list_narrowed_by_filters_and_clusters_offers_what_their_rule_says(dealers, people, manager_client, operator):
    change_members(dealers, "add", Selection(keys=[people[0].pk]), by=operator)

    page = unescape(manager_client.get("/crm/CL/?firstName=ana&_in=Dealers").content.decode())

    assert "/clusters/new/?entity=CL&rule=firstName%3Dana+AND+Dealers%3Dtrue" in page
    assert "/clusters/new/members/?entity=CL&rule=firstName%3Dana+AND+Dealers%3Dtrue" in page


@pytest.fixture
def listed(dealers, manager_client):
    """What narrows a list, as its link to a cluster carries it."""

    def carried(parameters: dict[str, str]) -> str:
        page = unescape(manager_client.get("/crm/CL/", parameters).content.decode())
        assert "/clusters/new/?entity=CL" not in page
        address = page.split('href="/clusters/new/members/?')[1].split('"')[0]
        return QueryDict(address)["listed"]

    return carried


@pytest.mark.parametrize(
    ("parameters", "joined"),
    [
        ({"_q": "example.com"}, ["ana", "bia", "caio"]),
        ({"_q": "bia"}, ["bia"]),
        ({"_q": "example.com", "_where": "document is not null", "firstName": "bia"}, ["bia"]),
        ({"_q": "example.com", "_not_in": "Dealers", "_sort": "firstName ASC", "_where": "NOT firstName=ana"}, ["bia", "caio"]),
        ({"_q": "ana+filha"}, ["filha"]),
    ],
)
def test_searched_list_joins_a_cluster_as_it_was_shown(dealers, listed, manager_client, operator, parameters, joined):
    saving.create(current.models()["CL"], {"email": "ana+filha@else.example", "firstName": "filha"}, by=operator)
    narrowing = listed(parameters)
    shown = manager_client.get(ADDRESS, {"listed": narrowing, "verb": "add"}).content.decode()

    assert f"{len(joined)} join" in shown
    assert members(dealers) == []
    mark = shown.split('name="rehearsed" value="')[1].split('"')[0]
    manager_client.post(ADDRESS, {"listed": narrowing, "verb": "add", "write": "1", "rehearsed": mark})
    assert members(dealers) == joined


def test_list_of_what_an_import_wrote_joins_a_cluster(dealers, people, listed, manager_client):
    number = RecordChange.objects.get(record_id=people[1].pk).change_set_id

    manager_client.post(ADDRESS, {"listed": listed({"_change_set": str(number)}), "verb": "add", "write": "1"})

    assert members(dealers) == ["bia"]


def test_searched_list_keeps_the_rule_of_its_form_when_that_changes(people, dealers, listed, manager_client):
    entity = DataEntity.objects.get(acronym="CL")
    Form.objects.create(entity=entity, name="documented", design=FormDesign(query="document is not null").to_json())
    narrowing = listed({"_q": "example.com", "_form": "documented"})
    Form.objects.filter(name="documented").delete()

    manager_client.post(ADDRESS, {"listed": narrowing, "verb": "add", "write": "1"})

    assert members(dealers) == ["ana", "bia"]


def test_searched_list_is_written_in_the_background_as_it_was_shown(dealers, listed, manager_client, monkeypatch):
    monkeypatch.setattr(background, "MOST_AT_ONCE", 1)

    manager_client.post(ADDRESS, {"listed": listed({"_q": "ana"}), "verb": "add", "write": "1"})
    manager_client.post(ADDRESS, {"listed": listed({"_q": "example.com"}), "verb": "add", "write": "1"})
    run_job.func(str(Job.objects.get(kind=background.KIND).pk))

    assert members(dealers) == ["ana", "bia", "caio"]


@pytest.mark.parametrize("narrowing", ["_sort=id", "_q=", "nothing=1", "_where=nothing", "_change_set=x"])
@pytest.mark.parametrize("verb", ["add", "replace"])
def test_list_that_nothing_narrows_or_that_cannot_be_read_changes_nobody(dealers, manager_client, narrowing, verb):
    answer = manager_client.post(ADDRESS, {"listed": narrowing, "verb": verb, "write": "1", "let_go": "1"})

    assert answer.status_code == 422
    assert members(dealers) == []


def test_exactly_the_searched_ones(dealers, people, listed, manager_client, operator):
    change_members(dealers, "add", Selection(keys=[one.pk for one in people]), by=operator)

    manager_client.post(ADDRESS, {"listed": listed({"_q": "caio"}), "verb": "replace", "write": "1", "let_go": "1"})

    assert members(dealers) == ["caio"]


def test_choosing_a_cluster_carries_the_list(dealers, manager_client):
    chosen = manager_client.get(
        "/clusters/new/members/", {"entity": "CL", "listed": "_q=ana", "cluster": "Dealers", "verb": "remove"}
    )

    assert chosen["Location"] == f"{ADDRESS}?listed=_q%3Dana&verb=remove"


def test_mixed_lines_are_each_what_they_are(dealers, people, manager_client):
    mixed = f"ana@example.com\n111.444.777-35\n{people[2].pk}\nnobody knows"

    assert "nobody knows\n" in manager_client.post(ADDRESS, {"list": mixed, "verb": "add"}).content.decode()
    manager_client.post(ADDRESS, {"list": mixed, "verb": "add", "write": "1"})
    assert members(dealers) == ["ana", "bia", "caio"]


def test_a_file_is_shown_as_a_list_and_then_written(dealers, manager_client):
    file = SimpleUploadedFile("list.csv", b"Name;E-mail\nAna;ana@example.com\nX;nobody@example.com\n")

    page = manager_client.post(ADDRESS, {"list": "", "file": file, "verb": "add"}).content.decode()

    assert "1 joins" in page
    assert "ana@example.com\nnobody@example.com</textarea>" in page
    assert members(dealers) == []


def test_rows_of_a_file_without_a_key_are_told_with_their_numbers(dealers, manager_client):
    file = SimpleUploadedFile("list.csv", b"Name;E-mail\nAna;ana@example.com\nBia;\n")

    page = manager_client.post(ADDRESS, {"file": file, "verb": "add"}).content.decode()

    assert "1 row of the file holds other cells, but nothing in the column of the list: row 3." in page


LIST = {"list": "ana@example.com"}
RULE = {"rule": "firstName=bia"}
LISTED = {"listed": "_q=caio"}


@pytest.mark.parametrize("meant", [LIST | RULE, LIST | LISTED, RULE | LISTED])
def test_who_is_meant_is_said_once(dealers, manager_client, meant):
    answer = manager_client.post(ADDRESS, {**meant, "verb": "add", "write": "1"})

    assert answer.status_code == 422
    assert "Say once who is meant" in answer.content.decode()
    assert members(dealers) == []


@pytest.mark.parametrize("meant", [RULE, LISTED])
def test_a_file_beside_a_rule_or_listed_records_is_refused(dealers, manager_client, meant):
    file = SimpleUploadedFile("list.csv", b"ana@example.com\n")

    answer = manager_client.post(ADDRESS, {**meant, "file": file, "verb": "add", "write": "1"})

    assert answer.status_code == 422
    assert members(dealers) == []


def test_a_hostile_file_is_refused_and_nothing_is_written(dealers, manager_client):
    file = SimpleUploadedFile("list.csv", b"\x7fELF\x00\x00")

    answer = manager_client.post(ADDRESS, {"list": "ana@example.com", "file": file, "verb": "add", "write": "1"})

    assert answer.status_code == 422
    assert "neither a workbook" in answer.content.decode()
    assert members(dealers) == []


def test_clusters_by_rule_are_not_offered(dealers, manager_client, operator):
    creating.create_cluster("Annas", rule="firstName=ana", by=operator)

    page = manager_client.get("/clusters/new/members/", {"rule": "firstName=ana"}).content.decode()
    assert "Dealers" in page
    assert '<option value="Annas">' not in page


@pytest.mark.parametrize("typed", [{"list": "   "}, {"rule": "nothing here"}, {"rule": "firstName="}])
def test_what_cannot_be_read_is_refused_and_kept(dealers, manager_client, typed):
    answer = manager_client.post(ADDRESS, {**typed, "verb": "add"})

    assert answer.status_code == 422
    assert next(iter(typed.values())).strip() in answer.content.decode()


def test_many_are_written_in_the_background_and_a_run_again_changes_nothing(dealers, manager_client, monkeypatch):
    monkeypatch.setattr(background, "MOST_AT_ONCE", 1)

    page = manager_client.post(ADDRESS, {"list": "ana@example.com\nbia@example.com", "verb": "add"})
    assert "in the background" in page.content.decode()
    manager_client.post(ADDRESS, {"list": "ana@example.com\nbia@example.com", "verb": "add", "write": "1"})
    job = Job.objects.get(kind=background.KIND)
    run_job.func(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.result["added"]) == (JobState.DONE, 2)
    assert members(dealers) == ["ana", "bia"]
    assert change_members(dealers, "add", Selection("email", keys=["ana@example.com"]), by=job_owner(job)).added == 0


def job_owner(job) -> Actor:
    return Actor(User.objects.get(pk=job.created_by), "page")


def test_unknown_documents_are_listed_as_they_were_pasted(dealers, manager_client):
    page = manager_client.post(ADDRESS, {"list": "529.982.247-25\n390.533.447-05\n111.444.777-35", "verb": "add"})

    assert "390.533.447-05\n" in page.content.decode()
    assert "2 join" in page.content.decode()


def test_editor_may_not_let_more_than_a_fifth_go(dealers, people, operator, sign_in):
    change_members(dealers, "add", Selection(keys=[one.pk for one in people]), by=operator)
    editor = sign_in(Role.EDITOR)

    assert editor.post(ADDRESS, {"list": people[0].pk, "verb": "replace"}).status_code == 422
    assert editor.post(ADDRESS, {"list": people[0].pk, "verb": "replace", "write": "1", "let_go": "1"}).status_code == 403
    assert len(members(dealers)) == 3


def test_reader_may_not(dealers, sign_in):
    assert sign_in(Role.READER).get(ADDRESS).status_code == 403


def test_command_stops_where_more_leave_than_may(dealers, people, operator, tmp_path):
    change_members(dealers, "add", Selection(keys=[one.pk for one in people]), by=operator)
    (tmp_path / "ids").write_text(people[0].pk)
    words = ("change_members", "Dealers", "replace", "--ids", str(tmp_path / "ids"), "--json")

    with pytest.raises(CommandError) as stopped:
        call_command(*words, stdout=(output := StringIO()))
    assert stopped.value.returncode == 3
    assert json.loads(output.getvalue())["stopped"] == {"limit": "max_leave", "value": 2}
    assert len(members(dealers)) == 3

    call_command(*words, "--max-leave", "2", stdout=StringIO())
    assert members(dealers) == ["ana"]


def test_list_that_changed_after_it_was_shown_is_shown_again(dealers, manager_client):
    shown = manager_client.post(ADDRESS, {"list": "ana@example.com", "verb": "add"}).content.decode()
    rehearsed = shown.split('name="rehearsed" value="')[1].split('"')[0]

    other = {"list": "ana@example.com\nbia@example.com", "verb": "add", "rehearsed": rehearsed, "write": "1"}
    page = manager_client.post(ADDRESS, other).content.decode()
    assert "Nothing was written; look again" in page
    assert members(dealers) == []

    rehearsed = page.split('name="rehearsed" value="')[1].split('"')[0]
    manager_client.post(ADDRESS, {**other, "rehearsed": rehearsed})
    assert members(dealers) == ["ana", "bia"]


def test_job_whose_worker_dies_after_the_writing_does_not_write_again(dealers, people, editor, operator):
    job = background.start(dealers, "add", Selection("email", keys=["ana@example.com"]), max_leave="", by=editor)
    first = background.run(take_lease(job.pk))
    change_members(dealers, "remove", Selection(keys=[people[0].pk]), by=operator)

    job.refresh_from_db()
    again = background.run(RunningJob(job, job.lease))

    assert again == first
    assert members(dealers) == []
    assert "ana@example.com" not in str(job.checkpoint)


def test_page_of_the_cluster_shows_the_job_and_what_came_of_it(dealers, manager_client, monkeypatch):
    monkeypatch.setattr(background, "MOST_AT_ONCE", 0)
    manager_client.post(ADDRESS, {"list": "ana@example.com\nx@example.com", "verb": "add", "write": "1"})

    assert "in the background" in manager_client.get("/clusters/Dealers/").content.decode()
    run_job.func(str(Job.objects.get(kind=background.KIND).pk))
    page = manager_client.get("/clusters/Dealers/").content.decode()
    assert "1 joined" in page
    assert "1 of the list is not known" in page
    assert f'value="{ChangeSet.objects.latest("id").pk}"' in page


@pytest.mark.parametrize("entity", ["nothing", "a/b", "../../etc/passwd"])
def test_records_of_no_entity_join_no_cluster(manager_client, entity):
    assert manager_client.get("/clusters/new/members/", {"entity": entity}).status_code == 404
