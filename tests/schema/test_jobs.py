"""An entity deleted for good, as a job: exactly the records that somebody counted, and what others keep of them (R-50)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from crm.jobs.control import run_here
from crm.jobs.models import Job, JobState
from crm.people.actors import Actor
from crm.records.models import Attachment, Counter, RecordChange
from crm.records.writing import saving
from crm.records.writing.attachments import FileChange
from crm.schema import jobs
from crm.schema.draft import editing, new_fields
from crm.schema.errors import UnpublishableSchema
from crm.schema.generated import current
from crm.schema.models import DataEntity, Publication
from crm.schema.publishing import publishing, removing
from crm.schema.publishing.tables import drift

pytestmark = pytest.mark.django_db
BY = Actor.operator()


@pytest.fixture
def parts():
    """An entity with two records."""
    editing.create_entity("PT", "Parts")
    entity = DataEntity.objects.get(acronym="PT")
    for name, kind in (("code", "Varchar 50"), ("number", "Auto Increment"), ("plan", "File")):
        editing.add_field(entity, new_fields.new_definition(name, kind))
    publishing.publish(by=BY)
    for code in "ab":
        saving.create(current.models()["PT"], {"code": code}, by=BY, record_id=code)
    return entity


def tables() -> list[str]:
    return [table for table in connection.introspection.table_names() if table.startswith("record_")]


def deleted(acronym: str, records: int) -> Job:
    job = jobs.start_deletion(acronym, records, by=BY)
    return run_here(job)


@pytest.mark.parametrize("removed_before", [True, False])
def test_an_entity_is_deleted_for_good_with_everything_of_its_records(parts, removed_before):
    record = current.models()["PT"].objects.get(pk="a")
    saving.update(record, {}, by=BY, files={"plan": FileChange((SimpleUploadedFile("plan.txt", b"secret"),))})
    stored = Attachment.objects.get().file
    if removed_before:
        removing.remove("PT", by=BY)

    job = deleted("PT", 2)

    assert job.state == JobState.DONE, job.error
    assert job.result == {"entity": "PT", "records": 2}
    assert "record_pt" not in tables()
    assert not DataEntity.everything.filter(acronym="PT").exists()
    assert not RecordChange.objects.filter(entity="PT").exists()
    assert not Attachment.objects.exists()
    assert not stored.storage.exists(stored.name)
    assert not Counter.objects.exists()
    assert drift.drift() == []


def test_a_name_that_is_free_again_begins_anew(parts):
    deleted("PT", 2)

    editing.add_field(editing.create_entity("PT", "Parts"), new_fields.new_definition("number", "Auto Increment"))
    publishing.publish(by=BY)

    assert saving.create(current.models()["PT"], {}, by=BY).number == 1


def test_other_records_than_were_counted_are_not_deleted(parts):
    job = jobs.start_deletion("PT", 2, by=BY)
    saving.create(current.models()["PT"], {"code": "c"}, by=BY)

    with pytest.raises(UnpublishableSchema, match="There are 3 records now, not 2; nothing was deleted"):
        run_here(job)

    assert Job.objects.get(pk=job.pk).state == JobState.FAILED
    assert current.models()["PT"].objects.count() == 3


def test_a_deletion_that_was_interrupted_goes_on(parts):
    job = jobs.start_deletion("PT", 2, by=BY)
    publication = publishing.publish_plan(removing.deletion("PT", 2), by=BY)
    Job.objects.filter(pk=job.pk).update(checkpoint={**job.checkpoint, "publication": publication.number})

    job = run_here(Job.objects.get(pk=job.pk))

    assert (job.state, RecordChange.objects.filter(entity="PT").count()) == (JobState.DONE, 0)
    assert Publication.objects.first() == publication
