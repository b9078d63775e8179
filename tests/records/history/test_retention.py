from datetime import UTC, datetime

from django.db import connection

from crm.records.history.partitions import ADD_PARTITION, TABLE, ensure_partitions
from crm.records.history.retention import forget_before
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing import saving


def change(at):
    made = ChangeSet.objects.create(at=at, channel="page", entity="CL")
    return RecordChange.objects.create(change_set=made, entity="CL", record_id="a", kind="c", at=at)


def test_only_what_is_older_is_forgotten(customers, admin):
    change(datetime(2020, 5, 31, tzinfo=UTC))
    kept = change(datetime(2020, 6, 2, tzinfo=UTC))
    saving.create(customers, {"lastName": "Lima"}, by=admin)

    forget_before(datetime(2020, 6, 1, tzinfo=UTC))

    assert RecordChange.objects.count() == ChangeSet.objects.count() == 2
    assert RecordChange.objects.filter(pk=kept.pk).exists()


def test_an_old_month_is_dropped_whole(db):
    if connection.vendor == "postgresql":
        months = {"name": f"{TABLE}_2020_05", "start": "2020-05-01 00:00:00+00", "end": "2020-06-01 00:00:00+00"}
        connection.cursor().execute(ADD_PARTITION.format(table=TABLE, **months))
    change(datetime(2020, 5, 31, tzinfo=UTC))

    forget_before(datetime(2020, 6, 1, tzinfo=UTC))

    assert not RecordChange.objects.exists()
    assert f"{TABLE}_2020_05" not in tables()
    assert ensure_partitions() == []


def tables() -> set[str]:
    with connection.cursor() as cursor:
        return {table.name for table in connection.introspection.get_table_list(cursor)}
