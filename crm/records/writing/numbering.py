"""Numbers that count up, each given out once: on PostgreSQL by a
sequence, which nobody waits for; SQLite holds the database anyway."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import F, Max

from crm.records.dialects import dialect
from crm.records.models import Counter
from crm.schema.generated.constraints import constraint_name
from crm.schema.record import Record

MAKING_LOCK = 7_203_002  # any number that no other advisory lock uses


def next_number(model: type[Record], name: str) -> int:
    return numbers(model, name, 1)[0]


def numbers(model: type[Record], name: str, count: int) -> list[int]:
    """The next `count` numbers in ascending order."""
    if not dialect().HAS_SEQUENCES:
        first = _reserved(model, name, count)
        return list(range(first, first + count))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {next_numbers(model, name, count)} FROM generate_series(1, %s)", [count])
        return sorted(number for (number,) in cursor.fetchall())


def next_numbers(model: type[Record], name: str, count: int) -> str:
    """An expression that gives each of `count` rows, which have a `crm_row` in o, its number."""
    if not dialect().HAS_SEQUENCES:
        return f"({_reserved(model, name, count) - 1} + row_number() OVER (ORDER BY o.crm_row))"
    sequence = counter_name(model.entity.acronym, name)
    _ensure_sequence(model, name, sequence)
    return f"nextval('{sequence}')"


def counter_name(acronym: str, name: str) -> str:
    """Needs no quotes: it consists of lower-case letters, digits and underscores."""
    return constraint_name(acronym, name.lower(), suffix="seq")


def forget_counters(acronym: str, names: Sequence[str]) -> None:
    """Of an entity that was deleted for good: a later one of the same name starts again."""
    counters = [counter_name(acronym, name) for name in names]
    Counter.objects.filter(name__in=counters).delete()
    if dialect().HAS_SEQUENCES:
        with connection.cursor() as cursor:
            for counter in counters:
                cursor.execute(f"DROP SEQUENCE IF EXISTS {counter}")


def _reserved(model: type[Record], name: str, count: int) -> int:
    """The first of `count` numbers."""
    with transaction.atomic():
        counter, _made = Counter.objects.get_or_create(
            name=counter_name(model.entity.acronym, name), defaults={"last": _highest(model, name)}
        )
        Counter.objects.filter(pk=counter.pk).update(last=F("last") + count)
        counter.refresh_from_db()
    return counter.last - count + 1


def _ensure_sequence(model: type[Record], name: str, sequence: str) -> None:
    """Created with the first number, above the values that the field already has, as when it was an Integer before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [sequence])
        if cursor.fetchone()[0] is not None:
            return
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING_LOCK])
        cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {sequence} START {_highest(model, name) + 1}")


def _highest(model: type[Record], name: str) -> int:
    return max(0, model.objects.aggregate(highest=Max(name))["highest"] or 0)
