"""Changes a field's type: a shadow column, filled with converted values, takes over the column's name.

The old column is kept under another name until it is purged, so that nothing is lost for good.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.local_numbers import local_number
from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition, FieldDefinition, KeptColumn
from crm.schema.generated.storage import column_name, has_rows, kept_name, quoted, reading, shadow_name, stored_in
from crm.schema.publishing.steps import shadow_columns
from crm.schema.publishing.steps.base import FieldStep, Risk, Work, partial_note
from crm.schema.publishing.steps.field_steps import add_column, number_records
from crm.schema.publishing.steps.shadow_columns import ShadowColumn
from crm.schema.publishing.tables import converting
from crm.schema.publishing.tables.converting import Fit, TypeConversion
from crm.schema.publishing.tables.waiting import Patience
from crm.schema.record import name_of, stored_field


@dataclass(frozen=True)
class Retype(FieldStep):
    """`published` is the entity as its table is now, `before` the field
    in it; `at_most` how many values are looked at, if not all."""

    before: FieldDefinition
    published: EntityDefinition = field(repr=False)
    at_most: int | None = None

    @property
    def risk(self) -> Risk:  # type: ignore[override]  # as the values are
        return "loss" if self.losses else "check"

    @cached_property
    def conversion(self) -> TypeConversion:
        return TypeConversion(self.before, self.field, converting.kept_for(self.published, self.field))

    @cached_property
    def fit(self) -> Fit:
        """Checks the values, once, where one might not fit."""
        look = converting.unchanged_fit if self.keeps_values_as_they_are else converting.fit
        return look(self.published, self.conversion, at_most=self.at_most)

    @property
    def losses(self) -> int:
        return self.fit.lost

    @property
    def is_partial(self) -> bool:
        return self.fit.is_partial and not self.keeps_values_as_they_are

    def at_a_glance(self) -> Self:
        return replace(self, at_most=converting.GLANCE)

    def notes(self) -> list[str]:
        return [partial_note(self.field.name, self.at_most)] if self.is_partial and self.at_most else []

    @property
    def needs_exclusive_access(self) -> bool:
        return True

    @property
    def keeps_values_as_they_are(self) -> bool:
        return converting.always_fits(self.before, self.field)

    @property
    def is_instant(self) -> bool:
        """PostgreSQL raises the limit of a text without rewriting rows."""
        return self.keeps_values_as_they_are and connection.vendor == "postgresql" and converting.keeps_any_text(self.field)

    @property
    def replaces_column(self) -> bool:
        """Return True if indexes over the field have to be built again: of another column, or of values compared otherwise."""
        return not self.is_instant or fieldtypes.get(self.before.type).compared != fieldtypes.get(self.field.type).compared

    @property
    def sentence(self) -> str:
        words = {**self.words(), "was": self.before.type, "values": self._values(), "lost": self._lost()}
        if self.is_partial:
            return _("Change %(field)s of %(entity)s from %(was)s to %(type)s: of those looked at, %(values)s%(lost)s.") % words
        return _("Change %(field)s of %(entity)s from %(was)s to %(type)s: %(values)s%(lost)s.") % words

    def _values(self) -> str:
        count = self.fit.converted
        if self.fit.is_partial and self.keeps_values_as_they_are:
            return _("every value stays what it is")
        return ngettext("%(n)s value converts", "%(n)s values convert", count) % {"n": local_number(count)}

    def _lost(self) -> str:
        count = self.fit.lost
        return (count and ngettext(", %(n)s does not fit", ", %(n)s do not fit", count) % {"n": local_number(count)}) or ""

    def kept(self, publication: int) -> KeptColumn | None:
        """The old column as it is kept; None where its values do not change."""
        if self.keeps_values_as_they_are:
            return None
        name = kept_name(self.field.name, publication)
        return KeptColumn(name, stored_in(self.before, name), publication)

    def is_long(self) -> bool:
        return not self.is_instant and has_rows(self.entity.table, settings.ALTER_ONLINE_FROM_ROWS)

    def prepare(self, patience: Patience) -> None:
        shadow_columns.prepare(self.shadow, patience)

    @cached_property
    def shadow(self) -> ShadowColumn:
        return ShadowColumn(self.published, self.conversion, self.new_column())

    def apply(self, work: Work) -> None:
        if self.is_instant:
            self._widen(work)
            return
        preparation = None if work.is_rehearsal else self.shadow.found()
        if preparation:
            work.lose(shadow_columns.take_over(self.shadow, preparation, work.editor), self.examples())
        else:
            add_column(work.editor, self.shadow.column)
            self._fill(work)
        self._swap(work)
        number_records(work, self.entity, self.field)

    def examples(self) -> list[str]:
        return [str(misfit) for misfit in self.fit.examples]

    def new_column(self) -> models.Field:
        name = shadow_name(self.field.name)
        return stored_field(reading(self.entity, stored_in(self.field, name, name=name)), name)

    def _widen(self, work: Work) -> None:
        column = work.new[self.entity.acronym]._meta.get_field(self.field.name)
        kind = column.db_type(connection)
        work.editor.execute(f"ALTER TABLE {self._table} ALTER COLUMN {quoted(self.field.name)} TYPE {kind}")

    def _fill(self, work: Work) -> None:
        new = self.shadow.column
        if self.keeps_values_as_they_are:
            work.editor.execute(f"UPDATE {self._table} SET {quoted(name_of(new))} = {quoted(column_name(self.before))}")
            return
        if work.is_rehearsal:
            return
        lost = 0
        for rows in converting.batches(self.published, self.conversion):
            converted = self.conversion.of(rows)
            converting.write(self.entity.table, new, [row[0] for row in rows], converted.values)
            lost += len(converted.misfits)
        work.lose(lost, self.examples())

    def _swap(self, work: Work) -> None:
        was, new = quoted(column_name(self.before)), quoted(shadow_name(self.field.name))
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
        column = stored_field(work.new[self.entity.acronym], self.field.name)
        default, params = work.editor.db_default_sql(column)
        table = work.editor.quote_name(self.entity.table)
        work.editor.execute(f"ALTER TABLE {table} ALTER COLUMN {quoted(name_of(column))} SET DEFAULT {default}", params)


@dataclass(frozen=True)
class ChangeOptions(FieldStep):
    """A change that does not alter the table. `at_most` as of a retype."""

    before: FieldDefinition
    published: EntityDefinition = field(repr=False)
    at_most: int | None = None

    @property
    def sentence(self) -> str:
        return _("Change the options of %(field)s of %(entity)s; no table is altered.") % self.words()

    def at_a_glance(self) -> Self:
        return replace(self, at_most=converting.GLANCE)

    def notes(self) -> list[str]:
        """Records that do not meet the new options: they stay as they are, with a notice when somebody opens them."""
        return [*self._empty(), *self._refused()]

    def _empty(self) -> Iterator[str]:
        if not (self.before.nullable and not self.field.nullable and self.field.column):
            return
        model = converting.source(self.published, TypeConversion(self.before, self.field))
        empty = model.objects.filter(**{f"{converting.NOW}__isnull": True})
        count = empty[: self.at_most + 1].count() if self.at_most else empty.count()
        if self.at_most and count > self.at_most:
            yield _("More than %(n)s records have no %(field)s.") % {**self.words(), "n": local_number(self.at_most)}
        elif count:
            message = ngettext("%(n)s record has no %(field)s.", "%(n)s records have no %(field)s.", count)
            yield message % {**self.words(), "n": local_number(count)}

    def _refused(self) -> Iterator[str]:
        if self.before.options == self.field.options or not self.field.column:
            return
        found = converting.fit(self.published, TypeConversion(self.before, self.field), at_most=self.at_most)
        if found.is_partial:
            yield _("The first %(n)s values of %(field)s were looked at.") % {**self.words(), "n": local_number(self.at_most)}
        if found.lost:
            message = ngettext(
                "%(n)s value of %(field)s does not meet the new options, such as %(example)s; it stays.",
                "%(n)s values of %(field)s do not meet the new options, such as %(example)s; they stay.",
                found.lost,
            )
            yield message % {**self.words(), "n": local_number(found.lost), "example": found.examples[0]}
