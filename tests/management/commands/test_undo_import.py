"""The command that takes an import back."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.records import undoing
from crm.records.models import ChangeSet, Undo
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_locks(settings, tmp_path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def customers():
    return current.models()["CL"]


def command(name: str, *words: object) -> dict:
    output = StringIO()
    call_command(name, *map(str, words), "--json", stdout=output)
    return json.loads(output.getvalue())


@pytest.fixture
def imported(tmp_path):
    """Imports text by e-mail and gives the worksheet's number."""

    def run(text: str, *words: str) -> int:
        file = tmp_path / "people.csv"
        file.write_text(text)
        return command("import_worksheet", file, "--key", "email", *words)["worksheet"]

    return run


def test_an_import_is_taken_back_but_for_what_changed_since(imported, customers):
    imported("email,firstName\nana@example.com,Ana\nivo@example.com,Ivo\n")
    number = imported("email,firstName,lastName\nana@example.com,Anna,S\nivo@example.com,Yvo,T\neva@example.com,Eva,U\n")
    imported("email,firstName\nivo@example.com,Ivan\n")
    ivo = customers.objects.get(email="ivo@example.com").pk

    facts = command("undo_import", number)

    assert facts == {
        "worksheet": number,
        "undo": ChangeSet.objects.get(kind="undo").pk,
        "records": {"restored": 2, "removed": 1, "kept": 0},
        "values": {"restored": 3, "kept": 1},
        "kept": [
            {"record": ivo, "field": "firstName", "reason": f"Changed since by operator, by command, imported by #{number + 1}"}
        ],
    }
    assert set(customers.objects.values_list("email", "firstName", "lastName")) == {
        ("ana@example.com", "Ana", None), ("ivo@example.com", "Ivan", None),
    }  # fmt: skip


def test_a_dry_run_counts_the_same_and_writes_nothing(imported, customers):
    number = imported("email,firstName\nana@example.com,Ana\n")

    facts = command("undo_import", number, "--dry-run")

    assert facts["records"] == {"restored": 0, "removed": 1, "kept": 0}
    assert (facts["undo"], customers.objects.count(), ChangeSet.objects.count()) == (None, 1, 1)


def test_an_undo_is_a_job_and_says_how_it_went(imported):
    command("undo_import", imported("email\nana@example.com\n"))

    undo = Undo.objects.get()
    assert (undo.state, undo.job is not None, undo.seconds > 0) == (Undo.State.DONE, True, True)


def test_a_second_undo_is_refused_with_a_sentence_and_writes_nothing(imported, customers):
    number = imported("email\nana@example.com\n")
    command("undo_import", number)
    imported("email\nana@example.com\n")
    written = ChangeSet.objects.count()

    for words in ((), ("--dry-run",)):
        with pytest.raises(CommandError, match="This is undone already; there is nothing left of it to undo"):
            command("undo_import", number, *words)

    assert (customers.objects.count(), ChangeSet.objects.count(), Undo.objects.count()) == (1, written, 1)


def test_the_rest_of_an_undo_that_kept_something_is_tried_again(imported, customers):
    first = imported("email,firstName\nana@example.com,Ana\n")
    later = imported("email,firstName\nana@example.com,Anna\n")

    assert command("undo_import", first)["records"] == {"restored": 0, "removed": 0, "kept": 1}
    assert command("undo_import", first)["records"] == {"restored": 0, "removed": 0, "kept": 1}

    command("undo_import", later)
    assert command("undo_import", first)["records"] == {"restored": 0, "removed": 1, "kept": 0}


def test_for_people_it_is_a_line_per_count(imported):
    output = StringIO()

    call_command("undo_import", str(imported("email\nana@example.com\n")), stdout=output)

    assert set(output.getvalue().splitlines()[2:]) == {
        "records restored: 0", "records removed: 1", "records kept: 0", "values restored: 0", "values kept: 0",
    }  # fmt: skip


def test_what_wrote_nothing_cannot_be_taken_back(imported):
    number = imported("email\nana@example.com\n", "--dry-run")

    with pytest.raises(CommandError, match="wrote nothing, so there is nothing to undo"):
        command("undo_import", number)


def test_what_is_no_import_cannot_be_taken_back():
    with pytest.raises(CommandError, match="There is no import 99"):
        command("undo_import", 99)


def test_an_editor_may_import_but_not_undo(imported):
    User.objects.create(email="ed@example.com", role=Role.EDITOR)
    number = imported("email\nana@example.com\n", "--as", "ed@example.com")

    with pytest.raises(CommandError, match="does not let you undo"):
        command("undo_import", number, "--as", "ed@example.com")


def test_for_people_what_is_kept_is_a_line_each(imported, customers):
    number = imported("email,firstName\nana@example.com,Ana\n")
    imported("email,firstName\nana@example.com,Anna\n")
    ana, output = customers.objects.get().pk, StringIO()

    call_command("undo_import", str(number), stdout=output)

    assert [line.split(":")[:2] for line in output.getvalue().splitlines() if line.startswith("kept:")] == [["kept", f" {ana}"]]


def test_a_redo_takes_the_last_undo_back(imported, customers):
    number = imported("email,firstName\nana@example.com,Ana\n")
    command("undo_import", number)
    operator = Actor.operator()
    undoing.run(undoing.open_undo(ChangeSet.objects.get(kind="write"), by=operator), by=operator)  # finds nothing to take back

    rehearsed = command("undo_import", number, "--redo", "--dry-run")
    facts = command("undo_import", number, "--redo")

    assert (rehearsed["undo"], facts["undo"]) == (None, ChangeSet.objects.get(kind="redo").pk)
    assert facts["records"] == rehearsed["records"] == {"restored": 1, "removed": 0, "kept": 0}
    assert [record.firstName for record in customers.objects.all()] == ["Ana"]


def test_what_is_redone_can_be_undone_and_redone_again(imported, customers):
    number = imported("email\nana@example.com\n")

    for expected in (0, 1, 0, 1):
        command("undo_import", number, *([] if expected == 0 else ["--redo"]))
        assert customers.objects.count() == expected


@pytest.mark.parametrize("before", [[], [[], ["--redo"]]])
def test_what_is_not_undone_cannot_be_redone(imported, before):
    number = imported("email\nana@example.com\n")
    for words in before:
        command("undo_import", number, *words)

    with pytest.raises(CommandError, match="is not undone, so there is nothing to redo"):
        command("undo_import", number, "--redo")
