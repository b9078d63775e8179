"""What an import would do: the worksheet is staged and compared, and no record is written."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from crm.records import bulk
from crm.schema import current
from crm.worksheets import converting, reading
from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.models import RowError, State, Worksheet
from crm.worksheets.sources import Source, open_source

Progress = Callable[[str, int], None]  # phase, rows done


def silent(_phase: str, _done: int) -> None:
    """Nobody watches."""


def rehearse(worksheet: Worksheet, progress: Progress = silent) -> dict[str, Any]:
    """Counts what would change and keeps the staged rows for applying. Raises UnreadableWorksheet, InvalidMapping."""
    with current.pinned() as generated:
        source = open_source(worksheet)
        found, difference = _compared(worksheet, source, progress)
        worksheet.row_errors.all().delete()
        store_refusals(worksheet, [*found.refusals, *_told(difference.refusals, source)])
        worksheet.counts = _counts(found, difference, source)
        worksheet.state, worksheet.publication, worksheet.problem = State.REHEARSED, generated.number, ""
        worksheet.save(update_fields=["counts", "state", "publication", "problem"])
    return worksheet.counts


def rehearse_only(worksheet: Worksheet, progress: Progress = silent) -> dict[str, Any]:
    """As `rehearse`, when it is not known whether the import follows: no row is left behind."""
    counts = rehearse(worksheet, progress)
    bulk.drop_staging(open_source(worksheet).merge(worksheet))
    return counts


def stage_again(worksheet: Worksheet, progress: Progress = silent, *, after_row: int) -> None:
    """For an import that was interrupted after this row and lost its staged rows, as in a crash of the database.

    What the first rehearsal refused stays refused; to it come rows not yet applied that no longer fit.
    """
    with current.pinned():
        source = open_source(worksheet)
        found, difference = _compared(worksheet, source, progress)
        known = set(worksheet.row_errors.values_list("row", flat=True))
        bulk.refuse(source.merge(worksheet), known)
        refusals = [*found.refusals, *_told(difference.refusals, source)]
        store_refusals(worksheet, [refusal for refusal in refusals if refusal.row > after_row and refusal.row not in known])


def is_staged(worksheet: Worksheet) -> bool:
    """Whether the rehearsal's staged rows are still whole and of the columns that are published now."""
    expected = worksheet.counts.get("staged")
    if expected is None or worksheet.publication != current.models().number:
        return False
    return bulk.staged_count(open_source(worksheet).merge(worksheet)) == expected


def tell(refusals: Sequence[bulk.RowRefusal], worksheet: Worksheet, source: Source) -> None:
    """Stores what the database refused, under the worksheet's own headers."""
    store_refusals(worksheet, _told(refusals, source))


def store_refusals(worksheet: Worksheet, refusals: Sequence[converting.CellRefusal]) -> None:
    errors = (RowError(worksheet=worksheet, row=r.row, column=r.column, value=r.value, reason=r.reason) for r in refusals)
    RowError.objects.bulk_create(errors, batch_size=2000)


def _compared(worksheet: Worksheet, source: Source, progress: Progress) -> tuple[converting.Conversion, bulk.Difference]:
    merge, found = source.merge(worksheet), converting.Conversion()
    progress("staging", 0)
    bulk.create_staging(merge)
    try:
        blocks = _typed_columns(worksheet, source, found)
        bulk.stage(merge, blocks, told=lambda _staged: progress("staging", found.rows))
        if not found.rows:
            raise UnreadableWorksheet(_("There is no row below the names of the columns."))
    except UnreadableWorksheet:
        bulk.drop_staging(merge)
        raise
    progress("comparing", found.rows)
    return found, bulk.difference(merge)


def _typed_columns(worksheet: Worksheet, source: Source, found: converting.Conversion) -> Iterator[list[Sequence[Any]]]:
    with worksheet.file.open("rb") as file:
        rows = reading.rows_of(file, source.form, found.notes)
        yield from converting.typed_columns(rows, source.columns(), found)


def _told(refusals: Sequence[bulk.RowRefusal], source: Source) -> list[converting.CellRefusal]:
    return [converting.CellRefusal(r.row, source.header_of(r.column), str(r.value)[:200], r.reason) for r in refusals]


def _counts(found: converting.Conversion, difference: bulk.Difference, source: Source) -> dict[str, Any]:
    return {
        "rows": found.rows,
        "created": difference.created,
        "updated": difference.updated,
        "unchanged": difference.unchanged,
        "errors": len(found.refused_rows | {refusal.row for refusal in difference.refusals}),
        "skipped": difference.skipped,
        "ignored_columns": source.mapped.ignored,
        "staged": found.rows - len(found.refused_rows),
        "notes": found.notes,
    }
