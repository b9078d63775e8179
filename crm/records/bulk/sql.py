"""The set-wise statements, which both databases understand; where they differ, the vendor's dialect is asked."""

from crm.records.bulk import postgresql, sqlite
from crm.records.bulk.merge import Merge
from crm.records.bulk.names import column_of, quoted, table_of

DIALECTS = {"postgresql": postgresql, "sqlite": sqlite}


def key_of(merge: Merge, alias: str) -> str:
    """What two rows or records must share to be the same one, as SQL."""
    name = f"{alias}.{quoted('crm_key')}" if alias == "s" else f"{alias}.{quoted(column_of(merge, merge.key))}"
    return folded(merge, merge.key, name)


def folded(merge: Merge, field: str, expression: str) -> str:
    """E-mails are the same without regard to the case of A–Z; the unique index says so too."""
    definition = merge.model.entity.field(field)
    if definition is None or definition.type != "Email":
        return expression
    return DIALECTS[vendor()].ascii_lower(expression)


def vendor() -> str:
    from django.db import connection  # noqa: PLC0415  # the connection of this moment

    return connection.vendor


def written_columns(merge: Merge) -> list[str]:
    """The fields that rows may change: the key itself and `id` stay."""
    return [name for name in merge.columns if name not in {"id", merge.key}]


def new_value(merge: Merge, name: str, *, has_cleared: bool) -> str:
    """What the record holds after the merge, as SQL over s (staged) and r (record)."""
    staged, kept = f"s.{quoted(name)}", f"r.{quoted(column_of(merge, name))}"
    empty = empty_value(merge, name)
    if merge.empty == "clear":
        return f"COALESCE({staged}, {empty})" if empty != "NULL" else staged
    if not has_cleared:
        return f"COALESCE({staged}, {kept})"
    return f"CASE WHEN {staged} IS NULL AND s.crm_cleared LIKE '%%,{name},%%' THEN {empty} ELSE COALESCE({staged}, {kept}) END"


def empty_value(merge: Merge, name: str) -> str:
    """A Boolean is never unset: clearing it gives its default."""
    column = merge.model._meta.get_field(name)
    return "NULL" if column.null else DIALECTS[vendor()].boolean(bool(column.default))


def differs(merge: Merge, name: str, *, has_cleared: bool) -> str:
    return f"r.{quoted(column_of(merge, name))} IS DISTINCT FROM {new_value(merge, name, has_cleared=has_cleared)}"


def any_differs(merge: Merge, *, has_cleared: bool) -> str:
    clauses = [differs(merge, name, has_cleared=has_cleared) for name in written_columns(merge)]
    return f"({' OR '.join(clauses)})" if clauses else DIALECTS[vendor()].boolean(False)


def joined(merge: Merge) -> str:
    return f"{quoted(merge.staging)} s LEFT JOIN {table_of(merge)} r ON {same_key(merge)}"


def same_key(merge: Merge) -> str:
    """A staged row s and its record r. "Is not null" repeats the index's condition: without it SQLite scans the table per row."""
    return f"{key_of(merge, 'r')} = {key_of(merge, 's')} AND r.{quoted(column_of(merge, merge.key))} IS NOT NULL"
