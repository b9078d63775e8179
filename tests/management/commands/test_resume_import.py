"""An import whose process is killed loses nothing and does nothing twice; two imports of an entity take turns."""

import csv
import json
import signal
import time
from io import StringIO

import pytest

ROWS = 4_000
CHUNKS = {"IMPORT_CHUNK_ROWS": "50"}


@pytest.fixture
def worksheet(site):
    lines = [f"{number}@example.com,u{number},Name {number},19{number % 90 + 10}-0{number % 9 + 1}-15" for number in range(ROWS)]
    lines[7] = "no mail,u-wrong,Wrong,1990-01-01"
    return site.written("people.csv", "\n".join(["email,userId,firstName,birthDate", *lines, ""]))


@pytest.fixture
def empty(site):
    """No customers, no history."""
    code, _output, errors = site.run(
        "shell", "-v", "0", "-c",
        "from crm.schema.generated import current; from crm.records.models import RecordChange, ChangeSet;"
        "current.models()['CL'].objects.all().delete(); RecordChange.objects.all().delete(); ChangeSet.objects.all().delete()",
    )  # fmt: skip
    assert code == 0, errors


def changes(site) -> list[int]:
    """Rows of the history, how many records they name, and how many change-sets there are."""
    _code, output, _errors = site.run(
        "shell", "-v", "0", "-c",
        "from crm.records.models import RecordChange, ChangeSet;"
        "print([RecordChange.objects.count(), RecordChange.objects.values('record_id').distinct().count(), ChangeSet.objects.count()])",
    )  # fmt: skip
    return json.loads(output)


def stored(site) -> list[list[str]]:
    target = site.folder / "out.csv"
    site.facts(
        "export_worksheet",
        target,
        "--fields",
        "email,userId,firstName,birthDate,birthDateMonth,approved,updatedIn",
        "--sort",
        "email ASC",
    )
    return list(csv.reader(StringIO(target.read_text())))


def killed_midway(site, worksheet) -> None:
    """Kills the import when some of its rows are there."""
    process = site.start("import_worksheet", worksheet, "--key", "email", **CHUNKS)
    with site.watched() as customers:
        while process.poll() is None and customers() < 500:
            time.sleep(0.002)
    assert process.poll() is None, "the import ended before it could be killed"
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_killed_import_goes_on_to_what_an_uninterrupted_one_writes(site, worksheet, empty):
    killed_midway(site, worksheet)
    assert 1 < len(stored(site)) < ROWS
    number = (
        site.facts("import_worksheet", site.written("none.csv", "email\na@b.co\n"), "--key", "email", "--dry-run")["worksheet"]
        - 1
    )

    facts = site.facts("resume_import", str(number))

    assert {name: facts[name] for name in ("rows", "created", "updated", "unchanged", "errors", "skipped")} == {
        "rows": ROWS, "created": ROWS - 1, "updated": 0, "unchanged": 0, "errors": 1, "skipped": 0,
    }  # fmt: skip
    assert changes(site) == [ROWS - 1, ROWS - 1, 1]
    resumed = stored(site)
    site.run("shell", "-v", "0", "-c", "from crm.schema.generated import current; current.models()['CL'].objects.all().delete()")
    site.facts("import_worksheet", worksheet, "--key", "email")
    assert resumed == stored(site)


def test_a_killed_import_may_be_imported_again_instead(site, worksheet, empty):
    killed_midway(site, worksheet)
    before = len(stored(site)) - 1

    facts = site.facts("import_worksheet", worksheet, "--key", "email")

    assert (facts["created"], facts["unchanged"], facts["errors"]) == (ROWS - 1 - before, before, 1)
    assert changes(site)[:2] == [ROWS - 1, ROWS - 1]


def test_an_import_that_is_done_is_not_done_again(site, empty):
    file = site.written("one.csv", "email\nana@example.com\n")
    facts = site.facts("import_worksheet", file, "--key", "email")

    assert site.facts("resume_import", str(facts["worksheet"]))["created"] == 1
    assert changes(site) == [1, 1, 1]


def test_an_unknown_import_cannot_go_on(site):
    assert site.run("resume_import", "999999")[::2] == (1, "CommandError: There is no import 999999 to go on with.\n")


def test_an_import_waits_for_another_and_the_lock_dies_with_its_process(site, empty):
    holding = (
        "import time; from crm.jobs import locking\nwith locking.held('entity-CL'):\n  print('held', flush=True); time.sleep(60)"
    )
    holder = site.start("shell", "-v", "0", "-c", holding)
    assert holder.stdout.readline() == "held\n"
    waiter = site.start("import_worksheet", site.written("one.csv", "email\nana@example.com\n"), "--key", "email", "--json")
    said = waiter.stderr.readline()

    holder.send_signal(signal.SIGKILL)
    output, rest = waiter.communicate(timeout=60)
    holder.communicate()

    assert (said, rest) == ("Waiting for another import of CL to end.\n", "")
    assert json.loads(output)["created"] == 1
