"""How much of a record an index has to hold, and whether it can.

Only PostgreSQL has a limit. What is asked for is judged alike on both databases, so that a schema may move from one to the other.
"""

from dataclasses import replace
from typing import Any

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, IntegerField
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext as _

from crm.local_numbers import local_number
from crm.schema.definitions import EntityDefinition, FieldDefinition, IndexDefinition, Snapshot
from crm.schema.fieldtypes.text import LONGEST_UNIQUE

# Bytes. `BTMaxItemSize` of PostgreSQL's pages of 8 kB, by which three rows of an index fit one page.
LARGEST_ROW = 2_704
HEADER = 16  # of a row, with the bits of what is null
LENGTH = 8  # of a value, aligned
CHARACTER = 4  # at most, in UTF-8
ID = 100  # ASCII
NUMBER = 24  # decimals, the widest; dates and times
MOST_FIELDS = 32


def index_problems(snapshot: Snapshot) -> list[str]:
    """A message for each index that could not hold every record which its fields allow."""
    return [problem for entity in snapshot for index in entity.live_indexes if (problem := index_problem(entity, index))]


def index_problem(entity: EntityDefinition, index: IndexDefinition) -> str:
    """Why the index could not hold every record; empty if it could. The unique index of a single
    field always can: `TextType.limits` refuses longer values."""
    words = {"index": index.name, "entity": entity.name}
    if len(index.fields) > MOST_FIELDS:
        return _("The index %(index)s of %(entity)s has too many fields: at most %(most)s fit.") % {**words, "most": MOST_FIELDS}
    sizes = {field.name: largest_value(field) for name in index.fields if (field := entity.field(name)) and field.column}
    if unlimited := [name for name, size in sizes.items() if size is None]:
        message = _("The index %(index)s of %(entity)s cannot hold %(field)s, whose values may be of any length.")
        return f"{message % {**words, 'field': unlimited[0]}} {_what_fits()}"
    if (total := sum(filter(None, sizes.values()))) > room(index):
        numbers = {"bytes": local_number(total), "room": local_number(room(index))}
        message = _(
            "The index %(index)s of %(entity)s cannot hold its fields: together they take up to %(bytes)s bytes, %(room)s fit."
        )
        return f"{message % {**words, **numbers}} {_what_fits()}"
    return ""


def _what_fits() -> str:
    return _("Six fields of type Varchar 100, or two of type Email, fit.")


def largest_value(field: FieldDefinition) -> int | None:
    """Bytes; None where a value may be of any length. What a unique index compares by is never longer than the value."""
    path, longest = field.column["path"], field.column["kwargs"].get("max_length")
    if longest:
        size = CHARACTER * int(longest)
        return min(size, LONGEST_UNIQUE) if field.unique else size
    if path.endswith(("TextField", "JSONField")):
        return None
    return ID if path.endswith("ForeignKey") else NUMBER


def may_exceed_unique(field: FieldDefinition) -> bool:
    """Return True if the field's texts may be longer than those of a unique one."""
    return (largest_value(replace(field, unique=False)) or 0) > LONGEST_UNIQUE


def room(index: IndexDefinition) -> int:
    """Bytes that the values of a record may take in the index. One over a single field ends with the id."""
    is_ordered = len(index.fields) == 1 and not index.unique
    return LARGEST_ROW - HEADER - LENGTH * len(index.fields) - (ID + LENGTH if is_ordered else 0)


def is_too_large(error: DatabaseError) -> bool:
    """Return True if the database refused a row because an index, or the table itself, cannot hold it."""
    return getattr(error.__cause__, "sqlstate", None) == "54000"  # program_limit_exceeded


class Bytes(Func):
    """The size of a text in UTF-8."""

    function = "OCTET_LENGTH"
    output_field = IntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="LENGTH(CAST(%(expressions)s AS BLOB))", **context)
