"""A database of an earlier release folded by another table: the migration makes its function and its indexes anew."""

# ruff: noqa: RUF001  # letters that look alike are what this is about

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from crm.rules.database_functions import create_sqlite_function
from crm.rules.folding import fold

EARLIER = """
CREATE OR REPLACE FUNCTION crm_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN lower(value COLLATE "C")
"""


@pytest.fixture
def folded_earlier(db):
    """A table whose index holds what the earlier function gave."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(EARLIER)
        else:
            connection.connection.create_function("crm_fold", 1, str.lower, deterministic=True)
        cursor.execute("CREATE TABLE fold_scratch (name text)")
        cursor.execute("CREATE INDEX fold_scratch_name ON fold_scratch (crm_fold(name))")
        cursor.execute("INSERT INTO fold_scratch VALUES ('O’Brien'), ('Ana')")
        yield cursor
        cursor.execute("DROP TABLE fold_scratch")
    create_sqlite_function(connection)


def test_an_index_finds_what_the_new_table_folds_alike(folded_earlier):
    migration = import_module("crm.schema.migrations.0008_fold_apostrophes")
    create_sqlite_function(connection)

    migration.fold_anew(apps, connection.schema_editor())

    if connection.vendor == "postgresql":
        folded_earlier.execute("SET LOCAL enable_seqscan = off")
    folded_earlier.execute("SELECT name FROM fold_scratch WHERE crm_fold(name) = %s", [fold("O'BRIEN")])
    assert folded_earlier.fetchall() == [("O’Brien",)]
