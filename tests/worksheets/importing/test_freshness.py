"""The job compares again only if somebody wrote since the rehearsal; then it always does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.jobs import control
from crm.jobs.models import Job, JobState
from crm.people.actors import Actor
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.draft.editing import add_field
from crm.schema.models import DataEntity
from crm.schema.publishing.publishing import publish
from crm.worksheets.importing import freshness, rehearsing
from crm.worksheets.importing.import_jobs import prepare_import
from crm.worksheets.importing.preparing import prepare
from crm.worksheets.models import Worksheet


@pytest.fixture
def ana(customers, admin):
    return saving.create(customers, {"email": "ana@example.com", "firstName": "Ana"}, by=admin)


@pytest.fixture
def rehearsed(upload, ana) -> Worksheet:
    worksheet = upload("email,lastName\nana@example.com,Lima\neva@example.com,Reis\n", key="email")
    rehearsing.rehearse_in_detail(prepare(worksheet))
    return worksheet


def comparisons(worksheet: Worksheet, admin: Actor) -> int:
    """How often the import that follows compares all rows."""
    with CaptureQueriesContext(connection) as queries:
        control.run_here(prepare_import(worksheet, by=admin))
    worksheet.refresh_from_db()
    made = f'{worksheet.staging}_outcome" AS SELECT'
    return sum(made in query["sql"] for query in queries)


def last_names(customers) -> dict[str, str]:
    return dict(customers.objects.order_by("email").values_list("email", "lastName"))


def test_nothing_is_compared_again_if_nobody_wrote(rehearsed, admin, customers):
    assert comparisons(rehearsed, admin) == 0
    assert last_names(customers) == {"ana@example.com": "Lima", "eva@example.com": "Reis"}
    assert (rehearsed.counts["created"], rehearsed.counts["updated"]) == (1, 1)


def test_a_write_in_between_is_noticed(rehearsed, admin, customers, ana):
    saving.update(ana, {"lastName": "Lima"}, by=admin)

    assert comparisons(rehearsed, admin) == 1
    assert (rehearsed.counts["created"], rehearsed.counts["updated"], rehearsed.counts["unchanged"]) == (1, 0, 1)


def test_a_deletion_in_between_is_noticed(rehearsed, admin, customers, ana):
    saving.delete(ana, by=admin)

    assert comparisons(rehearsed, admin) == 1
    assert (rehearsed.counts["created"], rehearsed.counts["updated"]) == (2, 0)


def test_a_publish_in_between_is_noticed(rehearsed, admin, customers):
    entity = DataEntity.objects.get(acronym="CL")
    add_field(entity, FieldDefinition("shoe", "Integer", labels={"en": "Shoe"}))
    publish(by=Actor.operator())

    assert comparisons(rehearsed, admin) == 1
    assert (rehearsed.counts["created"], rehearsed.counts["updated"]) == (1, 1)


def test_what_is_written_to_other_entities_changes_nothing(rehearsed, admin, define, customers):
    parts = define("PT", code="Varchar 50")
    rehearsing.rehearse_in_detail(prepare(rehearsed))
    saving.create(parts, {"code": "1"}, by=admin)

    assert comparisons(rehearsed, admin) == 0


def test_a_referenced_record_that_is_deleted_is_noticed(define, admin, customers, ana, upload):
    owner = FieldDefinition("owner", "Relationship", options={"entity": "CL"}, labels={"en": "Owner"})
    define("PT", code=FieldDefinition("code", "Varchar 50", unique=True), owner=owner)
    worksheet = upload(f"code,owner\nA,{ana.pk}\n", entity="PT", key="code")
    rehearsing.rehearse_in_detail(prepare(worksheet))
    saving.delete(ana, by=admin)

    assert comparisons(worksheet, admin) == 1
    assert worksheet.counts["errors"] == 1


def test_an_import_that_went_on_with_an_older_change_set_is_noticed(rehearsed, admin):
    """It opened its change-set before the rehearsal and may have written since."""
    Job.objects.create(kind="import", subject="77", state=JobState.RUNNING, heartbeat=rehearsed.created_at)

    assert comparisons(rehearsed, admin) == 1


def test_a_write_under_way_during_the_rehearsal_is_not_trusted(upload, ana, admin, monkeypatch):
    """Its change-set may have a lower number than the newest that the rehearsal has seen."""
    worksheet = upload("email,lastName\nana@example.com,Lima\n", key="email")
    monkeypatch.setattr(freshness, "_has_open_writes", lambda: True)
    rehearsing.rehearse_in_detail(prepare(worksheet))

    assert comparisons(worksheet, admin) == 1


def test_a_rehearsal_of_a_former_release_is_compared_again(rehearsed, admin):
    rehearsed.rehearsal = {name: rehearsed.rehearsal[name] for name in ("counts", "change_set", "cells", "movements", "members")}
    rehearsed.save()

    assert comparisons(rehearsed, admin) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_an_uncommitted_write_of_another_connection_is_seen(db):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_current_xact_id()")
            mark = freshness.write_mark()
            cursor.execute("ROLLBACK")
    finally:
        other.close()

    assert not mark.is_settled
