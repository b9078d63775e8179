"""The most frequent values of several text fields in one query."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection
from django.db.models import Count, F, QuerySet, Value

from crm.schema.record import Record


def frequent_texts(records: QuerySet[Record], names: Sequence[str], *, most: int) -> dict[str, list[str]]:
    """By field, the most frequent first."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for at, text, count in _counted(records, names, most):
        found[names[at]].append((text, count))
    return {name: [text for text, _count in sorted(found[name], key=lambda each: (-each[1], each[0]))] for name in names}


def _counted(records: QuerySet[Record], names: Sequence[str], most: int) -> list[tuple[int, str, int]]:
    """Place of the field, value and how many have it. Django's own union has no limits within its parts on SQLite."""
    if not names:
        return []
    parts = [_grouped(records, at, name, most).query.sql_with_params() for at, name in enumerate(names)]
    union = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS crm_part_{at}" for at, (sql, _params) in enumerate(parts))
    with connection.cursor() as cursor:
        cursor.execute(union, [param for _sql, params in parts for param in params])
        return list(cursor.fetchall())


def _grouped(records: QuerySet[Record], at: int, name: str, most: int) -> QuerySet[Record]:
    filled = records.order_by().filter(**{f"{name}__isnull": False})
    grouped = filled.values(crm_at=Value(at), crm_text=F(name)).annotate(crm_n=Count("pk"))
    return grouped.order_by("-crm_n", "crm_text")[:most]  # type: ignore[return-value]  # rows of values
