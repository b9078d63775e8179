"""What leaves an event, and that no event holds a value."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.jobs import control
from crm.people.actors import Actor
from crm.people.models import VERBS, AuditEvent
from crm.records import undoing
from crm.records.models import ChangeSet
from crm.records.writing import restoring, saving
from crm.schema.generated import current
from crm.worksheets.importing import import_jobs
from crm.worksheets.models import Worksheet

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
OPERATOR = Actor.operator()
SECRETS = ("ana@example.com", "no address", "layoffs")


@pytest.fixture
def imported(admin) -> Worksheet:
    client = Client()
    client.force_login(admin)
    sheet = SimpleUploadedFile("layoffs.csv", b"email\nana@example.com\nno address\n")
    client.post("/worksheets/new/", {"entity": "CL", "file": sheet})
    worksheet = Worksheet.objects.get()
    control.run_here(import_jobs.prepare_import(worksheet, by=Actor(admin, "page")))
    worksheet.refresh_from_db()
    return worksheet


def recorded(verb: str) -> list[tuple]:
    events = AuditEvent.objects.filter(verb=verb)
    assert not [event for event in events if any(secret in f"{event.subject}{event.details}" for secret in SECRETS)]
    return [(event.user_name, event.subject, event.details) for event in events]


def test_import_with_its_sizes(imported, admin):
    details = {"rows": 2, "created": 1, "errors": 1}

    assert recorded("import") == [(str(admin), f"CL #{imported.number}", details)]


def test_undo_and_redo(imported, admin):
    by = Actor(admin, "page")
    undo = undoing.open_undo(ChangeSet.objects.get(pk=imported.change_set), by=by)
    undoing.run(undo, by=by)
    undoing.run(undoing.open_undo(undo.change_set, by=by), by=by)

    assert recorded("undo") == [(str(admin), f"CL #{imported.number}", {"restored": 0, "removed": 1, "kept_values": 0})]
    assert [subject for _who, subject, _details in recorded("redo")] == ["CL"]


def test_deletion_and_restoration():
    model = current.models()["CL"]
    record = saving.create(model, {"email": "ana@example.com"}, by=OPERATOR)

    saving.delete(record, by=OPERATOR)
    restoring.restore(model, record.pk, by=OPERATOR)

    assert recorded("delete") == [("operator", "CL", {"rows": 1})]
    assert recorded("restore") == [("operator", "CL", {"rows": 1})]


def test_every_verb_that_is_recorded_has_words():
    sources = [path.read_text() for package in ("crm", "clusters") for path in (ROOT / package).rglob("*.py")]
    pattern = r'record_event\(\s*(?:Actor\([^)]*\)|[^,(]+(?:\([^)]*\))?),\s*"([a-z-]+)"|event: ClassVar\[str\] = "([a-z-]+)"|_record\(by, "([a-z-]+)"|KEPT = "([a-z-]+)"'

    verbs = {verb for source in sources for found in re.findall(pattern, source) for verb in found if verb}

    assert verbs >= {"sign-in", "purge", "person-added", "keep-field", "delete"}
    assert verbs - set(VERBS) == set()
