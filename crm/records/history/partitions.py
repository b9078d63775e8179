"""The change history by month on PostgreSQL: dropping an old month is then one statement, not a million deletes."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "records_recordchange"
MONTHLY = re.compile(rf"{TABLE}_[0-9]{{4}}_[0-9]{{2}}")
MONTHS_AHEAD = 13

# A change-set's rows lie side by side: an index of block ranges finds them and costs next to nothing to keep, where a
# b-tree took a third of the time of writing history.
CREATE_TABLE = f"""
CREATE SEQUENCE {TABLE}_id_seq;
CREATE TABLE {TABLE} (
    id bigint NOT NULL DEFAULT nextval('{TABLE}_id_seq'),
    change_set_id bigint NOT NULL,
    entity varchar(20) COLLATE "C" NOT NULL,
    record_id varchar(100) COLLATE "C" NOT NULL,
    "row" integer NULL,
    kind varchar(1) NOT NULL,
    before jsonb NULL,
    at timestamp with time zone NOT NULL DEFAULT now()
) PARTITION BY RANGE (at);
ALTER SEQUENCE {TABLE}_id_seq OWNED BY {TABLE}.id;
CREATE TABLE {TABLE}_default PARTITION OF {TABLE} DEFAULT;
CREATE INDEX recordchange_of_record ON {TABLE} (entity, record_id, id);
CREATE INDEX recordchange_of_change_set ON {TABLE} USING brin (change_set_id) WITH (pages_per_range = 16);
"""

# Rows that came while the month had no partition of its own lie in the default one, and must move before it can be attached.
ADD_PARTITION = """
CREATE TABLE {name} (LIKE {table} INCLUDING ALL);
WITH moved AS (DELETE FROM {table}_default WHERE at >= '{start}' AND at < '{end}' RETURNING *)
    INSERT INTO {name} SELECT * FROM moved;
ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}');
"""


def create_partitioned_table(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(CREATE_TABLE)
    ensure_partitions(connection)


def ensure_partitions(connection: BaseDatabaseWrapper = connection) -> list[str]:
    """Adds the missing partitions of this month and the next 13, and gives their names. Does nothing on SQLite."""
    if connection.vendor != "postgresql":
        return []
    known = _tables(connection)
    missing = [month for month in coming_months(datetime.now(UTC).date()) if partition_name(month) not in known]
    for month in missing:
        _add_partition(connection, month)
    return [partition_name(month) for month in missing]


def drop_before(cutoff: date, connection: BaseDatabaseWrapper = connection) -> list[str]:
    """Drops the partitions of the months that ended before the cutoff, and gives their names. Does nothing on SQLite."""
    if connection.vendor != "postgresql":
        return []
    first_kept = partition_name(cutoff)
    old = sorted(name for name in _tables(connection) if MONTHLY.fullmatch(name) and name < first_kept)
    with connection.cursor() as cursor:
        for name in old:
            cursor.execute(f"DROP TABLE {name}")
    return old


def _tables(connection: BaseDatabaseWrapper) -> set[str]:
    # Not `table_names()`, which leaves partitions out.
    with connection.cursor() as cursor:
        return {table.name for table in connection.introspection.get_table_list(cursor)}


def coming_months(today: date) -> Iterator[date]:
    month = today.replace(day=1)
    for _ in range(MONTHS_AHEAD + 1):
        yield month
        month = next_month(month)


def next_month(month: date) -> date:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def partition_name(month: date) -> str:
    return f"{TABLE}_{month:%Y_%m}"


def _add_partition(connection: BaseDatabaseWrapper, month: date) -> None:
    start, end = f"{month} 00:00:00+00", f"{next_month(month)} 00:00:00+00"
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(ADD_PARTITION.format(name=partition_name(month), table=TABLE, start=start, end=end))
