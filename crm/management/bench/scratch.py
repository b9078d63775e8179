"""The entity that benchmarks write to: a table of its own with the fields of customers, dropped afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import connection

from crm.environment import env_int
from crm.records.models import ChangeSet, RecordChange
from crm.schema import builtin
from crm.schema.definitions import EntityDefinition, FieldDefinition, Snapshot
from crm.schema.draft.drafting import with_columns
from crm.schema.fieldtypes.tax_numbers import check_digits
from crm.schema.generated.classes import GeneratedModels
from crm.schema.publishing.tables import altering
from crm.schema.record import Record

ACRONYM = "BENCHMARK"  # longer than an entity's acronym may be, so that it meets none
WIDTH = "BENCHMARK_FIELDS"  # the variable that says how many fields a record shall have
OWN_FIELDS = (
    "email", "userId", "firstName", "lastName", "document", "documentType", "birthDate", "gender", "phone", "cellPhone",
    "isNewsletterOptIn", "approved", "localeDefault", "customerClass", "tradePolicy", "rclastcartvalue", "rclastsessiondate",
)  # fmt: skip
FURTHER = tuple(f"further{number}" for number in range(env_int(WIDTH, 0) - len(OWN_FIELDS)))
FIELDS = (*OWN_FIELDS, *FURTHER)


@contextmanager
def scratch_model() -> Iterator[type[Record]]:
    """An empty record table with the indexes of customers; it and its history
    are removed at the end, and at the next beginning if it was killed."""
    own = (replace(field, locked=False) for field in builtin.CUSTOMERS.definitions)
    further = (FieldDefinition(name, "Varchar 50") for name in FURTHER)
    entity = with_columns(EntityDefinition(ACRONYM, {"en": "Benchmark"}, (*own, *further)))
    model = GeneratedModels(0, Snapshot({ACRONYM: entity}))[ACRONYM]
    _remove(model)  # what a benchmark that was killed left behind
    with altering.table_editor() as editor:
        altering.create_table(editor, model)
    try:
        yield model
    finally:
        _remove(model)


def _remove(model: type[Record]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(model._meta.db_table)}")
    RecordChange.objects.filter(entity=ACRONYM).delete()
    ChangeSet.objects.filter(entity=ACRONYM).delete()


def values(number: int) -> tuple[object, ...]:
    """The values of one record, in the order of FIELDS."""
    birth = date(1950, 1, 1) + timedelta(days=number % 20_000)
    seen = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number % 500_000)
    return (
        f"customer{number}@example.com", f"u{number}", f"First{number % 997}",
        f"Last{number % 1009}", f"{number:09d}{check_digits(number):02d}", "cpf",
        birth, "female", f"+5511{number:09d}", f"+5521{number:09d}", number % 2 == 0, number % 3 == 0, "pt-BR",
        f"class{number % 7}", f"{number % 5}", Decimal(number % 100_000) / 100, seen,
        *(f"{name} {number % 97}" for name in FURTHER),
    )  # fmt: skip
