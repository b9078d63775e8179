"""No reference is left hanging by two who write at the same moment, although the database has no constraint (decision 006)."""

import time
from contextlib import closing
from subprocess import Popen

import psycopg
import pytest
from django.db import connection

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
BEFORE = """
from crm.people.actors import Actor
from crm.records.writing import saving
from crm.schema.generated import current
by, customers, addresses = Actor.operator(), current.models()["CL"], current.models()["AD"]
"""
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def ana(site) -> str:
    """The id of a customer without addresses."""
    with site.connected() as database:
        database.execute("DELETE FROM record_ad")
        database.execute("DELETE FROM record_cl")
    code, _output, errors = site.run("shell", "-v", "0", "-c", BEFORE + "saving.create(customers, {}, by=by, record_id='ana')")
    assert code == 0, errors
    return "ana"


@pytest.fixture
def waits(site):
    """Starts statements in a process of the site and comes back when it waits for a lock."""

    def started(statements: str) -> Popen:
        process = site.start("shell", "-v", "0", "-c", BEFORE + statements)
        with site.connected() as database:
            while process.poll() is None and not database.execute(WAITING).fetchone()[0]:
                time.sleep(0.05)
        return process

    return started


def count(site, table: str) -> int:
    with site.connected() as database:
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_who_deletes_sees_a_reference_that_was_being_written(site, ana, waits):
    with closing(psycopg.connect(site.environment["DATABASE_URL"])) as writer:
        writer.execute("SELECT 1 FROM record_cl WHERE id = 'ana' FOR KEY SHARE")
        writer.execute("""INSERT INTO record_ad (id, "userId") VALUES ('home', 'ana')""")
        deleting = waits("saving.delete(customers.objects.get(pk='ana'), by=by)")
        writer.commit()

    _output, errors = deleting.communicate(timeout=60)

    assert "StillReferred" in errors
    assert (count(site, "record_cl"), count(site, "record_ad")) == (1, 1)


def test_who_writes_a_reference_sees_that_its_record_was_being_deleted(site, ana, waits):
    with closing(psycopg.connect(site.environment["DATABASE_URL"])) as deleter:
        deleter.execute("SELECT 1 FROM record_cl WHERE id = 'ana' FOR UPDATE")
        deleter.execute("DELETE FROM record_cl WHERE id = 'ana'")
        writing = waits("saving.create(addresses, {'userId': 'ana'}, by=by)")
        deleter.commit()

    _output, errors = writing.communicate(timeout=60)

    assert "userId: The record “ana” has been deleted." in errors
    assert (count(site, "record_cl"), count(site, "record_ad")) == (0, 0)


def test_two_who_refer_to_one_record_do_not_wait_for_each_other(site, ana):
    with closing(psycopg.connect(site.environment["DATABASE_URL"])) as writer:
        writer.execute("SELECT 1 FROM record_cl WHERE id = 'ana' FOR KEY SHARE")

        code, _output, errors = site.run("shell", "-v", "0", "-c", BEFORE + "saving.create(addresses, {'userId': 'ana'}, by=by)")

    assert code == 0, errors
    assert count(site, "record_ad") == 1
