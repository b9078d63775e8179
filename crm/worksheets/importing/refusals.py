"""Refused rows of a worksheet: stored one by one, shown by cause."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, Min

from crm.records import bulk
from crm.worksheets.importing.converting import CellRefusal
from crm.worksheets.mapping.column_plan import ColumnPlan
from crm.worksheets.models import LeftOutCell, RowError, Worksheet

GROUPS = 20  # causes are shown; beyond, hardly one has several rows
VALUES = 8  # of each are shown
QUOTED = re.compile("“[^”]*”")
NUMBER = re.compile(r"(?<![\w.,:-])[0-9]+(?:[.,\u00a0][0-9]{3})*(?![\w.:-]|,[0-9])")  # with thousands set apart


@dataclass(frozen=True)
class RefusalGroup:
    """Refusals of one cause in one column: how many, one of them, and the values met most often with their numbers."""

    column: str
    cause: str
    count: int
    example: RowError
    values: list[tuple[str, int]]


def store(worksheet: Worksheet, refusals: Iterable[CellRefusal], *, is_cell: bool) -> None:
    """`is_cell`: they were refused while their cells were read, whatever the records hold."""
    errors = (
        RowError(
            worksheet=worksheet, row=r.row, column=r.column[:255], value=r.value,
            reason=r.reason, cause=r.code or cause_of(r.reason), is_cell=is_cell,
        )
        for r in refusals
    )  # fmt: skip
    RowError.objects.bulk_create(errors, batch_size=2000)


def store_left_out(worksheet: Worksheet, cells: Iterable[CellRefusal]) -> None:
    """Cells that were read as empty instead of refused, of the rehearsal that is stored now."""
    worksheet.left_out_cells.all().delete()
    left_out = (LeftOutCell(worksheet=worksheet, row=c.row, column=c.column[:255], value=c.value, reason=c.reason) for c in cells)
    LeftOutCell.objects.bulk_create(left_out, batch_size=2000)


def forget_left_out_values(worksheet: Worksheet) -> None:
    """Where something was left out and why stays, without personal data: reasons quote values."""
    for reason in set(worksheet.left_out_cells.order_by().values_list("reason", flat=True)):
        worksheet.left_out_cells.filter(reason=reason).update(value="", reason=cause_of(reason))


def cell_refusals(
    refusals: Iterable[bulk.RowRefusal], plan: ColumnPlan, *, known: Container[int] | None = None
) -> list[CellRefusal]:
    """What the database refused, under the worksheet's own headers. Of cells that were doubted when they were read only
    those of rows that are not `known` to be refused, for which somebody has changed the record since."""
    new = (r for r in refusals if r.code != bulk.NOT_HELD or (known is not None and r.row not in known))
    return [CellRefusal(r.row, plan.header_of(r.column), str(r.value)[:200], r.reason, _code(r)) for r in new]


def _code(refusal: bulk.RowRefusal) -> str:
    return "" if refusal.code == bulk.NOT_HELD else refusal.code


def doubted_cells(refusals: Iterable[bulk.RowRefusal], doubted: Mapping[tuple[int, str], CellRefusal]) -> list[CellRefusal]:
    """As they stand in the worksheet: values that their fields do not take, and that the records do not hold."""
    return [doubted[r.row, r.column] for r in refusals if r.code == bulk.NOT_HELD]


def count_rows(worksheet: Worksheet) -> int:
    """How many rows are refused, for any reason."""
    return worksheet.row_errors.values("row").distinct().count()


def cause_of(reason: str) -> str:
    """The reason without the value that it names, by which refusals are grouped."""
    return NUMBER.sub("…", QUOTED.sub("“…”", reason), count=1)[:255]


def groups(worksheet: Worksheet) -> Iterator[RefusalGroup]:
    """The commonest causes first."""
    errors = worksheet.row_errors.order_by()
    counted = errors.values("column", "cause").annotate(count=Count("pk"), first=Min("pk")).order_by("-count", "first")[:GROUPS]
    examples = RowError.objects.in_bulk([group["first"] for group in counted])
    for group in counted:
        alike = errors.filter(column=group["column"], cause=group["cause"]).values_list("value")
        values = alike.annotate(count=Count("pk")).order_by("-count", "value")[:VALUES]
        yield RefusalGroup(group["column"], group["cause"], group["count"], examples[group["first"]], list(values))
