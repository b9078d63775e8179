"""An Auto Increment that comes later: the records that are there get their numbers, in the order of their making."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from crm.jobs import control
from crm.jobs.models import Job, JobState
from crm.people.actors import Actor
from crm.records.backfilling import numbers as number_backfill
from crm.records.models import RecordChange
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing, new_fields
from crm.schema.errors import UnpublishableSchema
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field, Publication
from crm.schema.publishing import draft_and_publish, publishing, reverting

BY = Actor.operator()


@pytest.fixture
def parts(define):
    """Three parts, of which c is the oldest and a the newest."""
    model = define(code="Varchar 50", size="Integer")
    for age, record_id in enumerate("abc"):
        saving.create(model, {"code": record_id, "size": 7}, by=BY, record_id=record_id)
        model.objects.filter(pk=record_id).update(createdIn=timezone.now() - timedelta(days=age))
    return DataEntity.objects.get(acronym="PT")


def numbers(name: str = "number") -> dict[str, int | None]:
    return dict(current.models()["PT"].objects.values_list("pk", name))


def add_number(parts: DataEntity) -> int:
    return draft_and_publish.add_and_publish(parts, new_fields.new_definition("number", "Auto Increment"), by=BY).number


def test_the_oldest_record_gets_the_first_number(parts):
    changes = RecordChange.objects.count()

    add_number(parts)

    assert numbers() == {"c": 1, "b": 2, "a": 3}
    assert saving.create(current.models()["PT"], {"code": "x"}, by=BY).number == 4
    assert RecordChange.objects.count() == changes + 1
    assert set(current.models()["PT"].objects.values_list("crm_version", flat=True)) == {1}


@pytest.mark.parametrize("batch", [1, 2, 3, 4])
def test_batches_go_on_where_the_last_one_ended(parts, monkeypatch, batch):
    monkeypatch.setattr(number_backfill, "BATCH", batch)

    add_number(parts)

    assert numbers() == {"c": 1, "b": 2, "a": 3}


def test_the_plan_says_so(parts):
    editing.add_field(parts, FieldDefinition("number", "Auto Increment"))

    assert publishing.make_plan().notes() == ["The records of Parts get their numbers in number, the oldest first."]


def test_an_empty_entity_needs_no_numbers(define):
    define(code="Varchar 50")

    add_number(DataEntity.objects.get(acronym="PT"))

    assert numbers() == {}
    assert saving.create(current.models()["PT"], {"code": "x"}, by=BY).number == 1


def test_many_records_are_numbered_by_a_job(parts, settings):
    settings.ALTER_ONLINE_FROM_ROWS = 2

    add_number(parts)
    newest = saving.create(current.models()["PT"], {}, by=BY, record_id="d")

    assert numbers() == {"a": None, "b": None, "c": None, "d": newest.number}
    job = Job.objects.get(kind=number_backfill.KIND)
    control.run_here(job)
    assert sorted(numbers(), key=numbers().get) == ["d", "c", "b", "a"]
    assert Job.objects.get(pk=job.pk).result == {"numbered": 3}


def test_a_job_whose_field_is_gone_ends(parts, settings):
    settings.ALTER_ONLINE_FROM_ROWS = 2
    add_number(parts)
    hide("number")

    job = control.run_here(Job.objects.get(kind=number_backfill.KIND))

    assert (job.state, job.result) == (JobState.DONE, {"numbered": 0})


def test_a_command_ends_when_the_numbers_are_there(parts, settings):
    settings.ALTER_ONLINE_FROM_ROWS = 2

    call_command("create_field", "PT", "number", "Auto Increment")

    assert numbers() == {"c": 1, "b": 2, "a": 3}


def test_a_schema_file_ends_when_the_numbers_are_there(parts, settings, tmp_path):
    settings.ALTER_ONLINE_FROM_ROWS = 2
    file = tmp_path / "schema.json"
    call_command("export_schema", str(file))
    document = json.loads(file.read_text())
    (entity,) = (entity for entity in document["entities"] if entity["acronym"] == "PT")
    entity["fields"].append({"name": "number", "type": "Auto Increment"})
    file.write_text(json.dumps(document))

    call_command("import_schema", str(file))

    assert numbers() == {"c": 1, "b": 2, "a": 3}


def test_records_that_came_while_the_field_was_hidden_get_theirs_when_it_comes_back(parts):
    add_number(parts)
    hide("number")
    saving.create(current.models()["PT"], {}, by=BY, record_id="d")
    editing.restore_field(Field.objects.get(name="number", entity=parts))
    publishing.publish(by=BY)

    assert numbers() == {"c": 1, "b": 2, "a": 3, "d": 4}


@pytest.mark.parametrize("name", ["size", "code"])
def test_nothing_that_people_wrote_becomes_a_counted_number(parts, name):
    editing.retype_field(Field.objects.get(name=name, entity=parts), "Auto Increment")
    number = Publication.objects.first().number

    with pytest.raises(UnpublishableSchema, match="to Auto Increment; make a new field instead"):
        publishing.publish(by=BY)

    assert Publication.objects.first().number == number


def test_going_back_to_a_counted_number_brings_the_numbers_back(parts):
    before = add_number(parts)
    editing.retype_field(Field.objects.get(name="number", entity=parts), "Varchar 50")
    publishing.publish(by=BY)
    saving.create(current.models()["PT"], {}, by=BY, record_id="d")

    publishing.publish_plan(reverting.planner("PT", before), by=BY)

    assert numbers() == {"c": 1, "b": 2, "a": 3, "d": 4}


def hide(name: str) -> None:
    editing.hide_field(Field.objects.get(entity__acronym="PT", name=name))
    publishing.publish(by=BY)
