"""What each new connection is prepared with."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from crm.records.dialects.case_folding import create_sqlite_function


def on_connection_created(connection: BaseDatabaseWrapper, **_signal: Any) -> None:  # Any: what a signal sends along
    if connection.vendor == "sqlite":
        create_sqlite_function(connection)
    else:
        _leave_uncompiled(connection)


def _leave_uncompiled(connection: BaseDatabaseWrapper) -> None:
    """PostgreSQL would compile our statements, each as wide as its table and run once, for longer than they take: twenty clusters
    of 1,000,000 customers are counted in 1.9 s instead of 3.3.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
