"""Ids of another system that new records keep, so that what refers to them, as addresses do, finds them."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from crm.jobs import control
from crm.schema.generated import current
from crm.worksheets.importing.import_jobs import prepare_import
from crm.worksheets.mapping.choices import ColumnChoices
from crm.worksheets.models import Recipe, Worksheet
from crm.worksheets.review import reviewing

IDS = [f"0a1b2c3d-0000-4000-8000-00000000000{n}" for n in range(4)]
CUSTOMERS = "id,email,firstName\n" + "".join(f"{IDS[n].upper()},c{n}@example.com,C{n}\n" for n in range(3))
ADDRESSES = f"id,userId,city\n0a1b2c3d-0000-4000-8000-0000000000aa,{IDS[1]},Santos\n"
FOR_NEW = {"id": ColumnChoices(takes="new")}


@pytest.fixture
def guessed(db, tmp_path):
    def imported(text: str, *words: str) -> dict:
        (tmp_path / "list.csv").write_text(text)
        output = StringIO()
        call_command("import_worksheet", str(tmp_path / "list.csv"), "--guess", *words, "--json", stdout=output)
        return json.loads(output.getvalue())

    return imported


def emails(customers) -> dict[str, str]:
    return dict(customers.objects.values_list("pk", "email"))


def test_an_export_keeps_its_ids_although_rows_are_found_by_their_email(guessed, customers):
    facts = guessed(CUSTOMERS)

    assert (facts["key"], facts["created"], facts["mapping"]["id"]) == (["email"], 3, "id")
    assert emails(customers) == {IDS[n]: f"c{n}@example.com" for n in range(3)}


def test_what_refers_to_the_ids_finds_them(guessed, customers):
    guessed(CUSTOMERS)

    assert guessed(ADDRESSES, "--entity", "AD", "--mode", "create")["created"] == 1
    assert current.models()["AD"].objects.get().userId_id == IDS[1]


def test_known_records_keep_their_own_ids(import_text, customers):
    customers.objects.create(pk="own", email="c1@example.com")

    found = import_text(CUSTOMERS, key="email", map={"id": "id"}, columns=FOR_NEW)

    assert (found.counts, found.errors) == ({"rows": 3, "created": 2, "updated": 1}, [])
    assert set(emails(customers)) == {"own", IDS[0], IDS[2]}
    assert found.worksheet.counts["notes"] == [f"1 record keeps its own id instead of that of the worksheet ({IDS[1]})."]


def test_an_id_of_another_record_is_refused(import_text, customers):
    customers.objects.create(pk=IDS[0], email="other@example.com")
    text = f"{CUSTOMERS}{IDS[3]},c3@example.com,C3\n{IDS[3]},c4@example.com,C4\n,c5@example.com,C5\n"

    found = import_text(text, key="email", map={"id": "id"}, columns=FOR_NEW)

    assert found.counts == {"rows": 6, "created": 3, "errors": 3}
    assert [error[:3] for error in found.errors] == [(2, "id", IDS[0]), (5, "id", IDS[3]), (6, "id", IDS[3])]
    assert {reason for *_place, reason in found.errors} == {"Another record has this id."}


@pytest.mark.parametrize("ids", [["1", "2"], [IDS[0], IDS[0]], ["x", IDS[0]]])
def test_numbers_and_repeated_ids_are_no_ids_of_records(guessed, customers, ids):
    facts = guessed(f"ID,email\n{ids[0]},a@example.com\n{ids[1]},b@example.com\n")

    assert (facts["created"], facts["mapping"]["ID"]) == (2, None)
    assert not set(ids) & set(emails(customers))


def test_without_another_key_new_records_are_proposed_and_updated_the_next_time(upload, admin, customers):
    text = "id,firstName\n" + "".join(f"{one},Ana\n" for one in IDS)
    worksheet = upload(text)
    reviewing.begin(worksheet)
    assert (worksheet.choices["keys"], worksheet.choices["mode"]) == (["id"], "create")

    imported(worksheet, admin)
    again = upload(text.replace("Ana", "Bia"))
    reviewing.begin(again)
    imported(again, admin)

    assert Recipe.objects.get().choices["mode"] == again.choices["mode"] == "upsert"
    assert dict(customers.objects.values_list("pk", "firstName")) == dict.fromkeys(IDS, "Bia")


def imported(worksheet: Worksheet, admin) -> None:
    control.run_here(prepare_import(worksheet, by=admin))
    worksheet.refresh_from_db()
