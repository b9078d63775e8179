"""Rehearses an import: stages the worksheet and compares it with the records; none is written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.extensions import extensions
from crm.local_numbers import local_number
from crm.records import bulk, querying
from crm.records.bulk import preview
from crm.rules.errors import RuleError
from crm.schema.generated import current
from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.importing import freshness, refusals
from crm.worksheets.importing.converting import ConversionResult
from crm.worksheets.importing.preparing import Prepared
from crm.worksheets.mapping import whole_names
from crm.worksheets.models import Worksheet, WorksheetState
from crm.worksheets.results import Counts, Rehearsal

OnProgress = Callable[[str, int], None]  # phase, rows done


def ignore_progress(_phase: str, _rows: int) -> None:
    """For callers that show nothing."""


def rehearse(prepared: Prepared, on_progress: OnProgress = ignore_progress) -> Counts:
    """Counts what would change and keeps the staged rows for applying. Raises UnreadableWorksheet."""
    worksheet = prepared.worksheet
    converted = _stage(prepared, on_progress)
    difference = bulk.difference(prepared.merge)
    with transaction.atomic():
        worksheet.row_errors.all().delete()
        refusals.store_left_out(worksheet, converted.left_out_cells)
        refusals.store(worksheet, converted.refusals, is_cell=True)
        refusals.store(worksheet, refusals.doubted_cells(difference.refusals, converted.doubted), is_cell=True)
        refusals.store(worksheet, refusals.cell_refusals(difference.refusals, prepared.plan), is_cell=False)
        counts = _counts(prepared, converted, difference)
        worksheet.counts, worksheet.state = counts.to_json(), WorksheetState.REHEARSED
        worksheet.publication, worksheet.problem = prepared.publication, ""
        worksheet.save(update_fields=["counts", "state", "publication", "problem"])
    return counts


def rehearse_only(prepared: Prepared, on_progress: OnProgress = ignore_progress) -> Counts:
    """As `rehearse`, when no import follows: the staged rows are dropped."""
    counts = rehearse(prepared, on_progress)
    bulk.drop_staging(prepared.merge)
    return counts


def rehearse_in_detail(prepared: Prepared, on_progress: OnProgress = ignore_progress) -> None:
    """As `rehearse`, with the details that the review page shows."""
    mark = freshness.write_mark()
    prepared.worksheet.rehearsal = {}
    counts = rehearse(prepared, on_progress)
    on_progress("counting", counts.rows)
    _store_details(prepared, mark)


def rehearse_again_in_detail(prepared: Prepared) -> None:
    """As `rehearse_in_detail`, from the rows that are already staged."""
    mark = freshness.write_mark()
    compare_again(prepared)
    _store_details(prepared, mark)


def compare_again(prepared: Prepared, on_progress: OnProgress = ignore_progress) -> Counts:
    """Compares the staged rows with the records as they are now; refused cells stay refused."""
    worksheet = prepared.worksheet
    on_progress("comparing", worksheet.tally.rows)
    difference = bulk.difference(prepared.merge)
    worksheet.row_errors.filter(is_cell=False).delete()
    known = set(worksheet.row_errors.values_list("row", flat=True))
    found = refusals.cell_refusals(difference.refusals, prepared.plan, known=known)
    refusals.store(worksheet, found, is_cell=False)
    compared = worksheet.tally.compared(difference, errors=refusals.count_rows(worksheet))
    counts = replace(compared, members=_members(prepared))
    worksheet.counts = counts.to_json()
    worksheet.save(update_fields=["counts"])
    return counts


def stage_again(prepared: Prepared, on_progress: OnProgress = ignore_progress, *, after_row: int) -> None:
    """For an import that was interrupted after this row and lost its staged rows, as in a crash of the database.

    The refusals of the first rehearsal stay; rows not yet applied that no longer fit are added to them.
    """
    converted = _stage(prepared, on_progress)
    _compare_rest(prepared, converted, after_row=after_row)


def is_staged(worksheet: Worksheet) -> bool:
    """Return True if the rehearsal's staged rows are complete, compared, and of the columns that are published now."""
    expected = worksheet.tally.staged
    if expected is None or worksheet.publication != current.models().number:
        return False
    return bulk.is_whole(worksheet.staging, count=expected)


def _stage(prepared: Prepared, on_progress: OnProgress) -> ConversionResult:
    """Converts and stages the rows, to be compared next."""
    merge, result = prepared.merge, ConversionResult()
    on_progress("staging", 0)
    bulk.create_staging(merge)
    try:
        packed = prepared.packed_rows(result)
        result.staged = bulk.stage(merge, packed, on_progress=lambda _staged: on_progress("staging", result.rows))
        if not result.rows:
            raise UnreadableWorksheet(_("There is no row below the names of the columns."))
    except UnreadableWorksheet:
        bulk.drop_staging(merge)
        raise
    on_progress("comparing", result.rows)
    return result


@transaction.atomic
def _compare_rest(prepared: Prepared, converted: ConversionResult, *, after_row: int) -> None:
    """All or nothing: when the outcomes are stored, the refusals of the first rehearsal are part of them."""
    worksheet = prepared.worksheet
    difference = bulk.difference(prepared.merge)
    known = set(worksheet.row_errors.values_list("row", flat=True))
    bulk.refuse(prepared.merge, known)
    compared = refusals.cell_refusals(difference.refusals, prepared.plan)
    doubted = refusals.doubted_cells(difference.refusals, converted.doubted)
    for refused, is_cell in (([*converted.refusals, *doubted], True), (compared, False)):
        new = [refusal for refusal in refused if refusal.row > after_row and refusal.row not in known]
        refusals.store(worksheet, new, is_cell=is_cell)


def _counts(prepared: Prepared, converted: ConversionResult, difference: bulk.Difference) -> Counts:
    counts = Counts(
        rows=converted.rows,
        members=_members(prepared),
        ignored_columns=prepared.plan.mapping.ignored,
        mapping={header: prepared.plan.mapping.target(place) for place, header in enumerate(prepared.plan.headers)},
        totals=converted.totals,
        dropped=converted.totals if prepared.columns.skips_totals else 0,
        staged=converted.staged,
        left_out=converted.left_out,
        notes=[*converted.notes, *_undivided_names(prepared), *_other_ids(prepared), *converted.remarks.sentences()],
        remarks=converted.remarks.by_code(),
    )
    refused = converted.refused_rows | {refusal.row for refusal in difference.refusals}
    return counts.compared(difference, errors=len(refused))


def _other_ids(prepared: Prepared) -> Iterator[str]:
    """What refers to such an id elsewhere will not find its record."""
    count, example = bulk.other_ids(prepared.merge)
    if count:
        note = ngettext(
            "%(n)s record keeps its own id instead of that of the worksheet (%(example)s).",
            "%(n)s records keep their own ids instead of those of the worksheet (%(example)s).",
            count,
        )
        yield note % {"n": local_number(count), "example": example}


def _undivided_names(prepared: Prepared) -> Iterator[str]:
    first = [row for row in prepared.format.head if row.number > prepared.format.last_head_row]
    return whole_names.undivided(prepared.plan, first)


def _members(prepared: Prepared) -> int:
    """How many records have the Boolean that the worksheet replaces."""
    return bulk.members(prepared.merge) if prepared.merge.replace else 0


def _store_details(prepared: Prepared, mark: freshness.WriteMark) -> None:
    """Counts changing cells and joining and leaving members of the staged rows; `mark` was taken before the comparison."""
    worksheet, merge = prepared.worksheet, bulk.staged_merge(prepared.merge)
    movements = preview.movements(merge, _cluster_conditions(merge))
    worksheet.rehearsal = Rehearsal(
        worksheet.tally,
        mark.change_set,
        preview.cell_counts(merge),
        {name: movement for name, movement in movements.items() if movement.joins or movement.leaves},
        worksheet.tally.members,
        mark.at,
        is_settled=mark.is_settled,
    ).to_json()
    worksheet.save(update_fields=["rehearsal"])


def _cluster_conditions(merge: bulk.Merge) -> Mapping[str, Q]:
    """The condition of each cluster of the entity, by its field."""
    found = {}
    for name in extensions.cluster_fields(merge.model.entity.acronym):
        try:
            found[name] = querying.condition(querying.is_true(name), merge.model)
        except RuleError:
            continue  # its page says why it has no members
    return found
