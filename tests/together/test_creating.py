"""The same form sent four times at the same moment: one is made, the others are refused in words."""

import re

import pytest
from django.test import Client
from django.urls import resolve

from tests.test_permission_matrix import CASES, _ana_of_vip  # noqa: F401  # a fixture
from tests.visitor import Answer, Visitor

TIMES = 4
CREATING = {
    "person": ("/people/", {"email": "bia{n}@example.com", "name": "", "role": "READONLY", "password": "a longer staple"}),
    "cluster": ("/clusters/new/", {"label": "Dealers {n}", "rule": "", "entity": "CL"}),
    "cluster of a file": ("/clusters/new/file/", {"rows": "cluster,label\n,Filed {n}\n", "do": "import"}),
    "rule cluster": ("/clusters/new/", {"label": "Ruled {n}", "rule": "gender=f{n}", "entity": "CL"}),
    "entity": ("/schema/new/", {"acronym": "P{letter}", "label-en": "Parts {n}", "key": "made"}),
    "field": ("/schema/CL/", {"label": "Shoe size {n}", "type": "Integer"}),
    "form": ("/schema/CL/forms/", {"label-en": "Phones {n}", "like": "default", "whose": "shared"}),
    "record": ("/crm/CL/new/", {"email": "u{n}@example.com"}),
}

# Made by a test of its own below.
APART = {
    "/worksheets/1/fields/0/",
    "/crm/CL/ana/restore/",
    "/schema/CL/indexes/",
    "/schema/CL/restore/",
    "/schema/CL/forms/deleted/1/",
    "/crm/CL/ana/history/undo/",
}
# Takes POST, and makes nothing that must be there once.
MAKES_NOTHING = {
    "account/": "changes the person's own name and language",
    "account/email/": "changes the person's own e-mail",
    "account/password/": "changes the person's own password",
    "clusters/<str:name>/archive/": "changes a cluster",
    "clusters/<str:name>/delete/": "deletes",
    "clusters/<str:name>/members/": "changes who is in a cluster",
    "clusters/<str:name>/members/list/": "changes who is in a cluster",
    "clusters/<str:name>/history/": "changes the rule of a cluster",
    "clusters/<str:name>/copy/": "makes a cluster as clusters/new/ does, under the same lock",
    "clusters/new/from-field/": "makes a cluster of a field that has none, and refuses it the next time",
    "clusters/new/templates/": "makes the fields that are missing, and none that is there",
    "clusters/<str:name>/restore/": "changes a cluster",
    "clusters/<str:name>/rule/": "changes the rule of a cluster",
    "clusters/<str:name>/settings/": "changes a cluster",
    "clusters/<str:name>/exports/": "starts an export that is there, and refuses while one is on its way",
    "clusters/<str:name>/exports/new/": "schedules what was asked for, as often as it is asked for: two may be alike",
    "clusters/<str:name>/pins/": "keeps somebody in or out of a cluster, once however often it is sent",
    "clusters/new/tiers/": "leaves tiers that are there already as they are",
    "crm/<str:acronym>/<str:record_id>/": "changes a record",
    "crm/one-form/<str:acronym>/": "brings values into one form; a second run finds nothing and writes nothing",
    "crm/<str:acronym>/<str:record_id>/delete/": "deletes",
    "people/<uuid:pk>/activate/": "changes a person",
    "people/<uuid:pk>/deactivate/": "changes a person",
    "people/<uuid:pk>/password/": "changes a person",
    "people/<uuid:pk>/role/": "changes a person",
    "people/<uuid:pk>/sessions/": "ends sessions",
    "schema/<str:acronym>/delete/": "removes an entity",
    "schema/<str:acronym>/discard/": "discards a draft",
    "schema/<str:acronym>/discard/back/": "puts a discarded draft back",
    "schema/<str:acronym>/fields/<str:name>/": "changes a field",
    "schema/<str:acronym>/fields/<str:name>/hide/": "changes a field",
    "schema/<str:acronym>/fields/<str:name>/restore/": "changes a field",
    "schema/<str:acronym>/fields/<str:name>/type/": "changes a field",
    "schema/<str:acronym>/forms/<str:name>/": "changes a form",
    "schema/<str:acronym>/forms/<str:name>/deed/": "changes or deletes a form",
    "schema/<str:acronym>/forms/<str:name>/fields/<str:field>/": "changes a form",
    "schema/<str:acronym>/forms/<str:name>/list/": "changes a form",
    "schema/<str:acronym>/forms/<str:name>/sections/<str:key>/": "changes a form",
    "schema/<str:acronym>/forms/<str:name>/settings/": "changes a form",
    "schema/<str:acronym>/indexes/<str:name>/drop/": "drops an index",
    "schema/<str:acronym>/plan/": "publishes one plan by its digest: tests/schema/test_changes_at_once.py",
    "schema/<str:acronym>/publications/<int:number>/revert/": "publishes one plan by its digest",
    "schema/<str:acronym>/purge/<str:column>/": "deletes a column",
    "schema/<str:acronym>/settings/": "renames an entity",
    "worksheets/<int:number>/": "changes the choices of a worksheet",
    "worksheets/<int:number>/do/": "starts the one job of a worksheet",
    "worksheets/new/": "each upload is a worksheet of its own",
    "worksheets/undo/": "each is a rehearsal of its own; undoing again changes nothing: tests/records/undoing",
    "worksheets/undo/<int:number>/": "starts the one job of an undo",
}


@pytest.mark.usefixtures("_ana_of_vip")
def test_every_address_that_makes_something_is_tried(browse: Client):
    """Of the matrix, which holds every address but those of the session and of jobs."""
    taking = {resolve(address).route for _method, address in CASES if browse.post(address).status_code != 405}
    made = {resolve(address).route for address in [*APART, *(address for address, _form in CREATING.values())]}

    assert made.isdisjoint(MAKES_NOTHING)
    assert taking == made | set(MAKES_NOTHING)


@pytest.mark.parametrize("round_", range(3))
@pytest.mark.parametrize("what", CREATING)
def test_one_is_made_and_the_others_are_refused_in_words(visitor: Visitor, what: str, round_: int):
    address, form = CREATING[what]

    sent = {name: value.format(n=round_, letter="ABC"[round_]) for name, value in form.items()}

    answers = visitor.post_together(address, sent, times=TIMES)

    assert_one_is_made(answers)


def test_field_for_a_column_of_a_worksheet_is_made_once(visitor: Visitor):
    sheet = b"email,hat\nana@example.com,7\n"
    worksheet = visitor.post("/worksheets/new/", {"entity": "CL"}, {"file": ("hats.csv", sheet)}).location

    answers = visitor.post_together(f"{worksheet}fields/1/", {"label": "Hat", "type": "Integer"}, times=TIMES)

    # The last to come may find the column filled already, and is led to the review.
    assert [answer.status for answer in answers if answer.location != worksheet] == [422] * sum(
        not a.is_redirect for a in answers
    )
    assert all(answer.reasons for answer in answers if answer.status == 422)
    assert "Hat2" not in visitor.get("/schema/CL/").page


def test_deleted_record_comes_back_once(visitor: Visitor):
    address = visitor.post("/crm/CL/new/", {"email": "back@example.com"}).location
    visitor.post(f"{address}delete/", {"confirm": "1", "crm_version": "1"})

    answers = visitor.post_together(f"{address}restore/", {}, times=TIMES)

    assert sorted(answer.location for answer in answers) == ["/crm/CL/", "/crm/CL/", "/crm/CL/", address]


def test_index_is_made_whoever_is_answered_so(visitor: Visitor):
    answers = visitor.post_together(
        "/schema/CL/indexes/", {"name": "by_gender", "fields_text": "gender", "unique": ""}, times=TIMES
    )

    assert {answer.status for answer in answers} <= {302, 422}
    assert all(answer.reasons for answer in answers if answer.status == 422)
    assert "by_gender" in visitor.get("/schema/CL/indexes/").page
    assert "Everything that is drafted is published." in visitor.get("/schema/CL/plan/").page


def test_deleted_form_comes_back_once(visitor: Visitor):
    visitor.post("/schema/CL/forms/", {"label-en": "Brief", "like": "default", "whose": "shared"})
    visitor.post("/schema/CL/forms/brief/deed/", {"do": "delete"})
    (address,) = set(re.findall(r"/schema/CL/forms/deleted/[0-9]+/", visitor.get("/schema/CL/forms/").page))

    answers = visitor.post_together(address, {}, times=TIMES)

    # Who comes last may find that there is nothing to bring back.
    others = [answer for answer in answers if answer.location != "/schema/CL/forms/brief/"]
    assert len(others) == TIMES - 1
    assert {(answer.status, answer.location) for answer in others} <= {(302, "/schema/CL/forms/"), (404, "")}


def test_removed_entity_comes_back_once(visitor: Visitor):
    visitor.post("/schema/new/", {"acronym": "BK", "label-en": "Books", "key": "made"})
    assert visitor.post("/schema/BK/delete/", {"choice": "keep"}).location == "/schema/"

    answers = visitor.post_together("/schema/BK/restore/", {}, times=TIMES)

    assert sorted(answer.location for answer in answers) == ["/schema/", "/schema/", "/schema/", "/schema/BK/"]


def test_change_is_undone_once(visitor: Visitor):
    address = visitor.post("/crm/CL/new/", {"email": "undone@example.com"}).location
    visitor.post(address, {"email": "undone@example.com", "firstName": "Ana", "crm_version": "1"})
    change = re.findall(r'name="change" value="([0-9]+)"', visitor.get(f"{address}history/").page)[0]

    answers = visitor.post_together(f"{address}history/undo/", {"change": change}, times=TIMES)

    assert {(answer.status, answer.location) for answer in answers} == {(302, f"{address}history/")}
    assert 'value="Ana"' not in visitor.get(address).page


def assert_one_is_made(answers: list[Answer]) -> None:
    assert sorted(answer.status for answer in answers) == [302, 422, 422, 422]
    assert all(answer.reasons for answer in answers if answer.status == 422)
