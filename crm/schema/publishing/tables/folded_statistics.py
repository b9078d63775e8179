"""What PostgreSQL knows of folded texts, by which lists are filtered: without, it takes any value for one in two hundred.

Only fields of few different values have such statistics: there it matters which is common, and each costs every ANALYZE a
moment. They are named by the number of their column, so that they follow the column whatever it is called.
"""

from django.db import connection
from django.db.backends.utils import CursorWrapper

from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition
from crm.schema.generated.storage import column_name, quoted

FEW = 1_000  # different values
COLUMNS = """
SELECT a.attnum, a.attname FROM pg_attribute a
JOIN pg_stats s ON s.schemaname = current_schema() AND s.tablename = %s AND s.attname = a.attname
WHERE a.attrelid = %s::regclass AND s.n_distinct BETWEEN 2 AND %s AND a.attname = ANY(%s)
"""
FOUND = "SELECT stxname FROM pg_statistic_ext WHERE stxrelid = %s::regclass AND stxname LIKE 'crm\\_folded\\_%%'"


def adjust(entity: EntityDefinition) -> bool:
    """Makes and drops them by what the last ANALYZE found; returns True if there are new ones, for the next to fill."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        wanted, found = _wanted(cursor, entity), _found(cursor, entity)
        for name in found - wanted.keys():
            cursor.execute(f"DROP STATISTICS IF EXISTS {quoted(name)}")
        new = {name: column for name, column in wanted.items() if name not in found}
        for name, column in new.items():
            cursor.execute(
                f"CREATE STATISTICS IF NOT EXISTS {quoted(name)} ON (crm_fold({quoted(column)})) FROM {quoted(entity.table)}"
            )
    return bool(new)


def _wanted(cursor: CursorWrapper, entity: EntityDefinition) -> dict[str, str]:
    """The column by the name of its statistics."""
    texts = [field for field in entity.visible_fields if field.filterable and fieldtypes.get(field.type).is_textual]
    columns = [column_name(field) for field in texts if field.column]
    cursor.execute(COLUMNS, [entity.table, quoted(entity.table), FEW, columns])
    return {f"crm_folded_{entity.table}_{number}"[:63]: column for number, column in cursor.fetchall()}


def _found(cursor: CursorWrapper, entity: EntityDefinition) -> set[str]:
    cursor.execute(FOUND, [quoted(entity.table)])
    return {name for (name,) in cursor.fetchall()}
