"""What an import would do: the worksheet is staged and compared, and no record is written."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from crm.extensions import extensions
from crm.records import bulk, querying
from crm.records.bulk import preview
from crm.records.models import ChangeSet
from crm.rules.errors import RuleError
from crm.schema.generated import current
from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.reading import reader
from crm.worksheets.importing import converting, parallel_conversion, refusals
from crm.worksheets.importing.preparing import Source, open_source, opened_file, plan_of
from crm.worksheets.models import Worksheet, WorksheetState

Progress = Callable[[str, int], None]  # phase, rows done


def silent(_phase: str, _done: int) -> None:
    """Nobody watches."""


def rehearse(worksheet: Worksheet, progress: Progress = silent) -> dict[str, Any]:
    """Counts what would change and keeps the staged rows for applying. Raises UnreadableWorksheet, InvalidMapping."""
    with current.pinned() as generated:
        source = open_source(worksheet)
        found = _staged(worksheet, source, progress)
        difference = bulk.difference(source.plan.merge(worksheet))
        with transaction.atomic():
            worksheet.row_errors.all().delete()
            refusals.store(worksheet, found.refusals, is_cell=True)
            refusals.store(worksheet, refusals.cell_refusals(difference.refusals, source.plan), is_cell=False)
            worksheet.counts = _counts(found, difference, source)
            worksheet.state, worksheet.publication, worksheet.problem = WorksheetState.REHEARSED, generated.number, ""
            worksheet.save(update_fields=["counts", "state", "publication", "problem"])
    return worksheet.counts


def rehearse_only(worksheet: Worksheet, progress: Progress = silent) -> dict[str, Any]:
    """As `rehearse`, when it is not known whether the import follows: no row is left behind."""
    counts = rehearse(worksheet, progress)
    bulk.drop_staging(plan_of(worksheet).merge(worksheet))
    return counts


def rehearse_closely(worksheet: Worksheet, progress: Progress = silent) -> None:
    """As `rehearse`, with all that a person wants to see before she decides."""
    newest = _newest_change_set()
    worksheet.rehearsal = {}
    rehearse(worksheet, progress)
    progress("counting", worksheet.counts["rows"])
    _look_closely(worksheet, newest=newest)


def rehearse_again_closely(worksheet: Worksheet) -> None:
    """As `rehearse_closely`, from the rows that are staged already."""
    newest = _newest_change_set()
    compare_again(worksheet)
    _look_closely(worksheet, newest=newest)


def _newest_change_set() -> int:
    return int(ChangeSet.objects.aggregate(newest=Max("pk"))["newest"] or 0)


def _look_closely(worksheet: Worksheet, *, newest: int) -> None:
    """Counts cells, joins and leaves of what is staged. `newest` is the last change-set that the comparison knew."""
    with current.pinned():
        merge = plan_of(worksheet).merge(worksheet)
        moved = preview.movements(merge, _groups(merge))
        worksheet.rehearsal = {
            "counts": worksheet.counts,
            "change_set": newest,
            "cells": preview.cell_counts(merge),
            "movements": {name: [move.joins, move.leaves] for name, move in moved.items() if move.joins or move.leaves},
            "members": bulk.members(merge) if merge.replace else 0,
        }
        worksheet.save(update_fields=["rehearsal"])


def compare_again(worksheet: Worksheet, progress: Progress = silent) -> dict[str, Any]:
    """The staged rows compared with the records as they are by now; what cells were refused stays refused."""
    with current.pinned():
        plan = plan_of(worksheet)
        progress("comparing", worksheet.counts["rows"])
        difference = bulk.difference(plan.merge(worksheet))
        worksheet.row_errors.filter(is_cell=False).delete()
        refusals.store(worksheet, refusals.cell_refusals(difference.refusals, plan), is_cell=False)
        errors = worksheet.row_errors.values("row").distinct().count()
        worksheet.counts |= {**_outcomes(difference), "errors": errors}
        worksheet.save(update_fields=["counts"])
    return worksheet.counts


def stage_again(worksheet: Worksheet, progress: Progress = silent, *, after_row: int) -> None:
    """For an import that was interrupted after this row and lost its staged rows, as in a crash of the database.

    What the first rehearsal refused stays refused; to it come rows not yet applied that no longer fit.
    """
    with current.pinned():
        source = open_source(worksheet)
        found = _staged(worksheet, source, progress)
        _compare_rest(worksheet, source, found, after_row=after_row)


@transaction.atomic
def _compare_rest(worksheet: Worksheet, source: Source, found: converting.ConversionResult, *, after_row: int) -> None:
    """All or nothing: outcomes that are there have the refusals of the first rehearsal in them."""
    merge = source.plan.merge(worksheet)
    difference = bulk.difference(merge)
    known = set(worksheet.row_errors.values_list("row", flat=True))
    bulk.refuse(merge, known)
    for refused, is_cell in ((found.refusals, True), (refusals.cell_refusals(difference.refusals, source.plan), False)):
        new = [refusal for refusal in refused if refusal.row > after_row and refusal.row not in known]
        refusals.store(worksheet, new, is_cell=is_cell)


def is_staged(worksheet: Worksheet) -> bool:
    """Whether the rehearsal's staged rows are still whole, compared, and of the columns that are published now."""
    expected = worksheet.counts.get("staged")
    if expected is None or worksheet.publication != current.models().number:
        return False
    merge = plan_of(worksheet).merge(worksheet)
    return bulk.staged_count(merge) == expected == bulk.compared_count(merge)


def _groups(merge: bulk.Merge) -> Mapping[str, Q]:
    """The condition of each cluster of the entity, by its field."""
    found = {}
    for name in extensions.cluster_fields(merge.model.entity.acronym):
        try:
            found[name] = querying.condition(querying.is_true(name), merge.model)
        except RuleError:
            continue  # its page says why it has no members
    return found


def _staged(worksheet: Worksheet, source: Source, progress: Progress) -> converting.ConversionResult:
    """Stages the worksheet, to be compared next."""
    merge, found = source.plan.merge(worksheet), converting.ConversionResult()
    progress("staging", 0)
    bulk.create_staging(merge)
    try:
        rows = _packed_rows(worksheet, source, found)
        found.staged = bulk.stage(merge, rows, on_progress=lambda _staged: progress("staging", found.rows))
        if not found.rows:
            raise UnreadableWorksheet(_("There is no row below the names of the columns."))
    except UnreadableWorksheet:
        bulk.drop_staging(merge)
        raise
    progress("comparing", found.rows)
    return found


def _packed_rows(worksheet: Worksheet, source: Source, found: converting.ConversionResult) -> Iterator[bulk.Packed]:
    with opened_file(worksheet) as file:
        rows = reader.rows_of(file, source.form, found.notes)
        yield from parallel_conversion.packed_rows(rows, source.columns(), found)


def _counts(found: converting.ConversionResult, difference: bulk.Difference, source: Source) -> dict[str, Any]:
    return {
        "rows": found.rows,
        **_outcomes(difference),
        "errors": len(found.refused_rows | {refusal.row for refusal in difference.refusals}),
        "ignored_columns": source.plan.mapped.ignored,
        "staged": found.staged,
        "left_out": found.left_out,
        "notes": found.notes,
    }


def _outcomes(difference: bulk.Difference) -> dict[str, int]:
    return {
        "created": difference.created,
        "updated": difference.updated,
        "unchanged": difference.unchanged,
        "skipped": difference.skipped,
        "leaving": difference.leaving,
        "repeated": difference.repeated,
    }
