"""How wide the widest record may become, and how many columns a
table may still get: warns before PostgreSQL's limits are reached."""

from django.db import connection, models
from django.utils.translation import gettext as _

from crm.local_numbers import local_number
from crm.schema.definitions import EntityDefinition
from crm.schema.publishing.tables.drift import whole_table

WIDEST = 8_160  # bytes of a record that PostgreSQL keeps in one page
HEADER = 23
POINTER = 24  # bytes: PostgreSQL moves no value out of the row that is as short as this
FIXED = {
    "BooleanField": 1, "SmallIntegerField": 2, "IntegerField": 4, "DateField": 4, "BigIntegerField": 8, "FloatField": 8,
    "TimeField": 8, "DateTimeField": 8,
}  # fmt: skip
WORTH_SAYING = 0.8
MOST_COLUMNS = 1_600  # dropped ones count: PostgreSQL keeps their places


def widest_record(entity: EntityDefinition) -> int:
    """Bytes of a record of PostgreSQL in which every field holds what takes the most room in the row itself."""
    columns = whole_table(entity)._meta.fields
    size = _aligned(HEADER + (len(columns) + 7) // 8, 8)
    for column in columns:
        size = _with(size, column)
    return _aligned(size, 8)


def width_notes(entity: EntityDefinition) -> list[str]:
    """Nothing on SQLite, which has no such limits."""
    return [*_row_note(entity), *_column_note(entity)] if connection.vendor == "postgresql" else []


def _row_note(entity: EntityDefinition) -> list[str]:
    widest = widest_record(entity)
    words = {"entity": entity.name, "bytes": local_number(widest), "limit": local_number(WIDEST)}
    if widest > WIDEST:
        message = _(
            "A record of %(entity)s with every field filled may take %(bytes)s bytes; above %(limit)s PostgreSQL refuses it."
        )
        return [message % words]
    if widest > WIDEST * WORTH_SAYING:
        message = _(
            "A record of %(entity)s with every field filled may take %(bytes)s of the %(limit)s bytes that PostgreSQL allows."
        )
        return [message % words]
    return []


def _column_note(entity: EntityDefinition) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(attnum) FROM pg_attribute WHERE attrelid = to_regclass(%s)", [entity.table])
        count = cursor.fetchone()[0] or 0
    if count < MOST_COLUMNS * WORTH_SAYING:
        return []
    words = {"entity": entity.name, "n": local_number(count), "most": local_number(MOST_COLUMNS)}
    return [_("%(entity)s has used %(n)s of the %(most)s columns that PostgreSQL allows, purged ones counted.") % words]


def _with(size: int, column: models.Field) -> int:
    fixed = FIXED.get(column.get_internal_type())
    if fixed:
        return _aligned(size, fixed) + fixed
    return size + (_numeric(column) if isinstance(column, models.DecimalField) else POINTER)


def _numeric(column: models.DecimalField) -> int:
    """Four digits take two bytes, after a header of three; a point within four of them takes two more."""
    whole, places = column.max_digits - column.decimal_places, column.decimal_places
    return min(POINTER, 3 + 2 * (-(-whole // 4) + -(-places // 4)))


def _aligned(size: int, to: int) -> int:
    return -(-size // to) * to
