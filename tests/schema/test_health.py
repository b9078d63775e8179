"""The page of the schema's health: indexes in use, being built and failed, tables that differ, jobs."""

import pytest
from django.db import connection

from crm.jobs.models import Job, JobState
from crm.schema.health import schema_health
from crm.schema.models import DataEntity
from crm.schema.publishing import publishing

HEALTH = "/schema/health/"


@pytest.fixture
def indexed(db, operator) -> DataEntity:
    """CL with an index over its names."""
    entity = DataEntity.objects.get(acronym="CL")
    entity.indexes.create(name="names", fields=["lastName", "firstName"])
    publishing.publish(by=operator)
    return entity


def states() -> dict[str, str]:
    return {row.index.name: row.state for row in schema_health().indexes if row.entity.acronym == "CL"}


def test_r36_a_healthy_site_says_so(browse, indexed):
    page = browse.get(HEALTH).text

    assert "Everything is as it was published" in page
    assert states()["names"] == "in use"
    assert f'href="{HEALTH}"' in browse.get("/schema/").text


def test_r36_an_index_that_is_missing_is_named(browse, indexed):
    with connection.cursor() as cursor:
        cursor.execute('DROP INDEX "cl_names_idx"')

    page = browse.get(HEALTH).text

    assert states()["names"] == "missing"
    assert "Index cl_names_idx on record_cl is missing." in page
    assert "1 thing needs attention." in page


def test_r36_r37_an_index_that_is_being_built_shows_its_percentage(browse, indexed):
    indexed.indexes.create(name="mail", fields=["email"])
    drafted = states()["mail"]
    Job.objects.create(kind="publish", entity="CL", state=JobState.RUNNING, phase="building", done=40, total=100)

    page = browse.get(HEALTH).text

    assert (drafted, states()["mail"]) == ("drafted", "being built")
    assert "being built · 40%" in page


def test_r34_r36_work_that_failed_is_shown_with_its_reason(browse):
    Job.objects.create(kind="publish", entity="CL", state=JobState.FAILED, error="Three values repeat.")

    page = browse.get(HEALTH).text

    assert "Three values repeat." in page
    assert "1 thing needs attention." in page


@pytest.mark.parametrize("indexes", [1, 3])
def test_indexes_cost_no_queries_of_their_own(indexed, operator, indexes, django_assert_max_num_queries):
    for number in range(indexes):
        indexed.indexes.create(name=f"index{number}", fields=[["email"], ["gender"], ["homePhone"]][number])
    publishing.publish(by=operator)

    with django_assert_max_num_queries(20):
        schema_health()
