"""The schema editor that alters record tables. Nothing else makes one, except for the benchmark's own table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from crm.schema.record import Record

Editor = BaseDatabaseSchemaEditor


@contextmanager
def table_editor() -> Iterator[Editor]:
    """A schema editor within our own transaction.

    Its context manager is not entered: on SQLite that would refuse to run inside a transaction, for the sake of
    table rebuilds, and none of our steps rebuilds a table.
    """
    editor = connection.schema_editor(atomic=False)
    editor.deferred_sql = []
    yield editor
    for statement in editor.deferred_sql:
        editor.execute(statement)


def statements_of(act: Callable[[Editor], None]) -> list[str]:
    """What `act` would execute, without executing it."""
    editor = connection.schema_editor(collect_sql=True, atomic=False)
    editor.deferred_sql = []
    act(editor)
    return [str(statement) for statement in [*editor.collected_sql, *editor.deferred_sql]]


def create_table(editor: Editor, model: type[Record]) -> None:
    """Without the second index that Django gives to a textual key for LIKE on PostgreSQL: the
    key is compared byte by byte, so that its own index serves that. It slowed each import down."""
    editor.create_model(model)
    editor.deferred_sql = [statement for statement in editor.deferred_sql if "_pattern_ops" not in str(statement)]
