"""A record's id has one index, which serves LIKE too: Django's second one is made no more, and dropped where it was."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from crm.schema.generated import current
from crm.schema.publishing.tables.drift import drift

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL gets such an index")
INDEXES = "SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexdef LIKE '%%_pattern_ops%%'"


def pattern_indexes(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, [table])
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture
def table(db) -> str:
    return current.models()["CL"]._meta.db_table


def test_a_new_table_has_no_second_index_of_its_key(table):
    assert pattern_indexes(table) == []


def test_the_migration_drops_those_of_earlier_tables(table):
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE INDEX "{table}_id_1a2b3c4d_like" ON "{table}" (id varchar_pattern_ops)')

    with connection.schema_editor(atomic=False) as editor:
        import_module("crm.schema.migrations.0009_needless_like_indexes").drop(apps, editor)

    assert pattern_indexes(table) == []
    assert drift() == []


def test_the_key_itself_finds_what_begins_alike(table):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN SELECT id FROM \"{table}\" WHERE id LIKE 'abc%'")
        plan = " ".join(line for (line,) in cursor.fetchall())

    assert "Index Cond" in plan
