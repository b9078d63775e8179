"""A field gets another type: a new column beside the old one, filled with converted values, takes its name.

The old column stays under a name of its own until it is purged, so that nothing is lost for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.schema import converting
from crm.schema.converting import Conversion, Fit, Misfit
from crm.schema.definitions import EntityDefinition, FieldDefinition, KeptColumn
from crm.schema.physical import column_name, lying_in, reading
from crm.schema.steps import FieldStep, Risk, Work, add_column

NEW, OLD = "crm_new_", "crm_old"


def new_name(field: FieldDefinition) -> str:
    return f"{NEW}{field.name}"


def old_name(field: FieldDefinition, publication: int) -> str:
    """Below the 63 bytes of a name in PostgreSQL for a field's 50 characters and 99,999 publications."""
    return f"{OLD}{publication}_{field.name}"


@dataclass(frozen=True)
class Retype(FieldStep):
    """`published` is the entity as its table is now, `before` the field in it."""

    before: FieldDefinition
    published: EntityDefinition = field(repr=False)

    @property
    def risk(self) -> Risk:  # type: ignore[override]  # as the values are
        return "loss" if self.losses else "check"

    @cached_property
    def conversion(self) -> Conversion:
        return Conversion(self.before, self.field, converting.kept_for(self.published, self.field))

    @cached_property
    def fit(self) -> Fit:
        """Looks at every value, once."""
        return converting.fit(self.published, self.conversion)

    @property
    def losses(self) -> int:
        return self.fit.lost

    @property
    def needs_quiet(self) -> bool:
        return True

    @property
    def keeps_values_as_they_are(self) -> bool:
        return converting.always_fits(self.before, self.field)

    @property
    def is_instant(self) -> bool:
        """PostgreSQL makes a text longer without touching a row."""
        return self.keeps_values_as_they_are and connection.vendor == "postgresql" and self.field.type in converting.LENGTHS

    @property
    def replaces_column(self) -> bool:
        """Whether indexes over the field must be made anew."""
        return not self.is_instant or (self.before.type == "Email") != (self.field.type == "Email")

    @property
    def sentence(self) -> str:
        words = {**self.words(), "was": self.before.type, "values": self._values(), "lost": self._lost()}
        return _("Change %(field)s of %(entity)s from %(was)s to %(type)s: %(values)s%(lost)s.") % words

    def _values(self) -> str:
        count = self.fit.converted
        return ngettext("%(n)s value converts", "%(n)s values convert", count) % {"n": count}

    def _lost(self) -> str:
        count = self.fit.lost
        return (count and ngettext(", %(n)s does not fit", ", %(n)s do not fit", count) % {"n": count}) or ""

    def kept(self, publication: int) -> KeptColumn | None:
        """What stays of the old column; nothing where its values stay what they are."""
        if self.keeps_values_as_they_are:
            return None
        name = old_name(self.field, publication)
        return KeptColumn(name, lying_in(self.before, name), publication)

    def apply(self, work: Work) -> None:
        if self.is_instant:
            self._widen(work)
            return
        column = self.new_column()
        add_column(work, self.entity, column)
        if not work.is_rehearsal:
            self._fill(work, column)
        self._swap(work)

    def new_column(self) -> models.Field:
        name = new_name(self.field)
        return reading(self.entity, lying_in(self.field, name, name=name))._meta.get_field(name)

    def _widen(self, work: Work) -> None:
        column = work.new[self.entity.acronym]._meta.get_field(self.field.name)
        kind = column.db_type(connection)
        work.editor.execute(f"ALTER TABLE {self._table} ALTER COLUMN {quoted(self.field.name)} TYPE {kind}")

    def _fill(self, work: Work, column: models.Field) -> None:
        if self.keeps_values_as_they_are:
            work.editor.execute(f"UPDATE {self._table} SET {quoted(column.column)} = {quoted(column_name(self.before))}")
            return
        examples: list[Misfit] = []
        lost = 0
        for rows in converting.batches(self.published, self.conversion):
            converted = self.conversion.of(rows)
            write(self.entity.table, column, [row[0] for row in rows], converted.values)
            lost += len(converted.misfits)
            examples += converted.misfits[: converting.EXAMPLES - len(examples)]
        work.lose(lost, [str(misfit) for misfit in examples])

    def _swap(self, work: Work) -> None:
        was, new = quoted(column_name(self.before)), quoted(new_name(self.field))
        kept = self.kept(work.new.number)
        if kept:
            work.editor.execute(f"ALTER TABLE {self._table} RENAME COLUMN {was} TO {quoted(kept.name)}")
        else:
            work.editor.execute(f"ALTER TABLE {self._table} DROP COLUMN {was}")
        work.editor.execute(f"ALTER TABLE {self._table} RENAME COLUMN {new} TO {quoted(self.field.name)}")

    @property
    def _table(self) -> str:
        return quoted(self.entity.table)


@dataclass(frozen=True)
class ChangeDefault(FieldStep):
    """Another default in the database; the values that are there stay."""

    before: FieldDefinition
    published: EntityDefinition = field(repr=False)

    @property
    def sentence(self) -> str:
        return _("Change the default of %(field)s of %(entity)s; the values that are there stay.") % self.words()

    @property
    def replaces_column(self) -> bool:
        return connection.vendor == "sqlite"

    def apply(self, work: Work) -> None:
        if self.replaces_column:  # SQLite cannot alter a default
            Retype(self.entity, self.field, self.before, self.published).apply(work)
            return
        column = work.new[self.entity.acronym]._meta.get_field(self.field.name)
        default, params = work.editor.db_default_sql(column)
        table = work.editor.quote_name(self.entity.table)
        work.editor.execute(f"ALTER TABLE {table} ALTER COLUMN {quoted(column.column)} SET DEFAULT {default}", params)


def write(table: str, column: models.Field, ids: Sequence[str], values: Sequence[Any]) -> None:  # Any: typed values
    """Sets one column of the records of these ids."""
    stored = [column.get_db_prep_save(value, connection) for value in values]
    name = quoted(column.column)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            pairs = list(zip(stored, ids, strict=True))
            cursor.executemany(f"UPDATE {quoted(table)} SET {name} = %s WHERE id = %s", pairs)
            return
        cursor.execute(
            f"UPDATE {quoted(table)} AS r SET {name} = v.value"
            f" FROM unnest(%s::text[], %s::{column.db_type(connection)}[]) AS v(id, value) WHERE r.id = v.id",
            [list(ids), stored],
        )


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)
