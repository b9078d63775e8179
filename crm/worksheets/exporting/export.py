"""Exports records as they are at one moment, streamed in slices: columns of cells, whatever the format."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, QuerySet, TextField
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.local_numbers import local_number
from crm.records.querying import with_answers
from crm.schema.record import Record
from crm.worksheets.errors import DoesNotFit, InvalidMapping
from crm.worksheets.exporting import consistent_read
from crm.worksheets.exporting.columns import ExportColumn, export_column
from crm.worksheets.formats.formula_escaping import guarded, guarded_column, guarded_sql
from crm.worksheets.formats.tables import Block, Table
from crm.worksheets.formats.writing import CsvFormat, WriteFormat
from crm.worksheets.mapping import label_row

PREFIX = "crm_cell_"


@dataclass(frozen=True)
class Export:
    """What is exported: records and columns, both in order. `raw`: text that a spreadsheet would run is left as it is."""

    records: QuerySet[Record]
    columns: Sequence[ExportColumn]
    raw: bool = False
    has_labels: bool = False  # a second row of names, as people call them

    @property
    def headers(self) -> list[str]:
        return [column.header for column in self.columns]

    @property
    def labels(self) -> list[str]:
        """In the language that is active."""
        if not self.has_labels:
            return []
        found = [label_row.label_of(self.records.model, header) for header in self.headers]
        return found if self.raw else list(map(guarded, found))


DIRECTIONS = ("ASC", "DESC")


def sorted_by(records: QuerySet[Record], sort: str) -> QuerySet[Record]:
    """`field`, `field ASC` or `field DESC`, empty first, ties by id; by id if `sort` is empty. Raises InvalidMapping."""
    if not sort:
        return records.order_by("id")
    name, _blank, direction = sort.partition(" ")
    found = export_column(records.model, name)
    if found is None or found.is_rule:
        raise InvalidMapping(_("%(entity)s has no field %(names)s.") % {"entity": records.model.entity.acronym, "names": name})
    direction = direction.strip().upper()
    if direction not in {"", *DIRECTIONS}:
        words = {"direction": direction, "known": ", ".join(DIRECTIONS)}
        raise InvalidMapping(_("“%(direction)s” is no direction of a sort; these are: %(known)s.") % words)
    down = direction == "DESC"
    order = F(found.path).desc(nulls_last=True) if down else F(found.path).asc(nulls_first=True)
    return records.order_by(order, "-id" if down else "id")


class ExportStream:
    """An export that is ready to be streamed: it is known to fit, and holds the records as they were when it was opened.

    Its chunks can be iterated once. The caller closes it, also if they were not iterated.
    """

    def __init__(self, export: Export, form: WriteFormat) -> None:
        self._export = export
        self._form = form
        self._labels = export.labels  # now: who takes the chunks may speak another language
        self._stack = ExitStack()
        try:
            self._connection = self._stack.enter_context(consistent_read.moment())
            self.at = timezone.now()
            self.rows = consistent_read.count(export.records, self._connection)
            _check_fit(export, form, self.rows, self._connection)
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._chunks()
        finally:
            self.close()

    def close(self) -> None:
        self._stack.close()

    @property
    def facts(self) -> dict[str, Any]:  # Any: JSON values
        """What the audit trail stores about it."""
        return {"rows": self.rows, "fields": self._export.headers, "format": self._form.name, "as_of": self.at.isoformat()}

    def _chunks(self) -> Iterator[bytes]:
        export, form = self._export, self._form
        title, kinds = export.records.model.entity.name, [column.cells for column in export.columns]
        table = Table(title, export.headers, kinds, blocks(export, self._connection), self.at, self._labels)
        if isinstance(form, CsvFormat) and (copied := _copied(export, form, self._connection)):
            yield form.beginning(table)
            yield from copied
        else:
            yield from form.chunks(table)


def blocks(export: Export, at: BaseDatabaseWrapper) -> Iterator[Block]:
    """The cells of some thousand records at a time, a column each."""
    writers = [_writer(column, at.vendor, raw=export.raw) for column in export.columns]
    query = _query(export, at.vendor)
    for rows in consistent_read.slices(consistent_read.values(query, at)):
        columns = zip(*rows, strict=True)
        yield [write(values) for write, values in zip(writers, columns, strict=True)]


Writer = Callable[[Sequence[Any]], Sequence[str | None]]  # Any: values of one column


def _writer(column: ExportColumn, vendor: str, *, raw: bool) -> Writer:
    """What remains to be done for a column in Python."""
    is_guarded = column.is_text and not raw
    if _sql(column, vendor):
        return guarded_column if is_guarded else lambda cells: cells

    def write(value: Any) -> str:  # Any: whatever the field holds
        text = "" if value is None else column.type.cell(value, column.field)
        return guarded(text) if is_guarded else text

    return lambda values: list(map(write, values))


def _copied(export: Export, form: CsvFormat, at: BaseDatabaseWrapper) -> Iterator[bytes] | None:
    """The lines as PostgreSQL itself writes them, ten times faster; None where it cannot."""
    if at.vendor != "postgresql" or not all(_sql(column, at.vendor) for column in export.columns):
        return None
    return _copy(_query(export, at.vendor, for_copy=True), form.delimiter, at)


def _copy(query: QuerySet[Any, Any], delimiter: str, at: BaseDatabaseWrapper) -> Iterator[bytes]:  # Any: rows of values
    sql, parameters = query.query.get_compiler(connection=at).as_sql()
    with at.cursor() as cursor:
        statement = cursor.mogrify(sql, parameters)
        sign = delimiter.replace("\t", "\\t")
        with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv, DELIMITER E'{sign}')") as copy:
            pieces = map(bytes, copy)
            while piece := b"".join(islice(pieces, consistent_read.SLICE)):
                yield piece


def _query(export: Export, vendor: str, *, for_copy: bool = False) -> QuerySet[Any, Any]:  # Any: rows of values
    """The cells as SQL writes them, or the values of those that Python writes. For COPY they are guarded, too."""
    answered = with_answers(export.records, {column.path: column.header for column in export.columns if column.is_rule})
    cells = {f"{PREFIX}{place}": _cell(column, vendor) for place, column in enumerate(export.columns)}
    if for_copy:
        cells = {
            name: _for_copy(cell, column, export) for (name, cell), column in zip(cells.items(), export.columns, strict=True)
        }
    return answered.annotate(**cells).values_list(*cells)


def _cell(column: ExportColumn, vendor: str) -> F | Func:
    sql = _sql(column, vendor)
    return F(column.path) if sql is None else _expression(sql, F(column.path))


def _for_copy(cell: F | Func, column: ExportColumn, export: Export) -> F | Func:
    if column.is_text and not export.raw:
        cell = _expression(guarded_sql("{x}"), cell)
    # A line of nothing is no row, but "" is a cell.
    return _expression("COALESCE({x}, '')", cell) if len(export.columns) == 1 else cell


def _expression(sql: str, over: F | Func) -> Func:
    # Django formats the template once, the driver the statement once more.
    return Func(over, template=sql.replace("%", "%%%%").replace("{x}", "%(expressions)s"), output_field=TextField())


def _sql(column: ExportColumn, vendor: str) -> str | None:
    return column.type.cell_sql(column.stored, vendor)


def _check_fit(export: Export, form: WriteFormat, rows: int, at: BaseDatabaseWrapper) -> None:
    """Raises DoesNotFit before anything is written."""
    if form.most_columns and len(export.columns) > form.most_columns:
        raise DoesNotFit(
            _("%(format)s takes %(most)s columns; these are %(n)s. Choose fewer, or another format.")
            % _facts(form, form.most_columns, len(export.columns))
        )
    room = (form.most_rows or 0) - (2 if export.has_labels else 1)
    if form.most_rows and rows > room:
        raise DoesNotFit(
            _("%(format)s takes %(most)s rows; these are %(n)s. Choose csv, or narrow the list first.") % _facts(form, room, rows)
        )
    if form.longest_cell:
        for column in export.columns:
            _check_longest(export, column, form, at)


def _check_longest(export: Export, column: ExportColumn, form: WriteFormat, at: BaseDatabaseWrapper) -> None:
    longest = form.longest_cell or 0
    if column.stored is None or not isinstance(column.stored, TextField) or column.stored.max_length:
        return
    # A character takes one unit or two, and a cell may be guarded or hold escapes.
    long = export.records.order_by().alias(crm_length=Length(column.path)).filter(crm_length__gt=longest // 3)
    for record_id, value in consistent_read.values(long.values_list("pk", column.path), at):
        if not form.fits(guarded(column.type.cell(value, column.field))):
            raise DoesNotFit(
                _(
                    "The %(column)s of record %(id)s is longer than the %(most)s "
                    "characters that %(format)s takes in a cell. Choose csv or ods."
                )
                % {"column": column.header, "id": record_id, "most": local_number(longest), "format": form.label}
            )


def _facts(form: WriteFormat, most: int, count: int) -> dict[str, object]:
    return {"format": form.label, "most": local_number(most), "n": local_number(count)}
