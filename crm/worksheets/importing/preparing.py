"""A worksheet prepared for its import: what its columns fill and how its file is read, found once a request or job."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import IO

from django.utils.translation import gettext as _

from crm.records import bulk
from crm.schema.generated import current
from crm.schema.generated.classes import GeneratedModels
from crm.schema.generated.record_ids import has_prefixed_ids
from crm.schema.record import Record
from crm.worksheets.errors import InvalidMapping, UnreadableWorksheet
from crm.worksheets.formats.encodings import encoding_question
from crm.worksheets.formats.reading import reader
from crm.worksheets.formats.reading.reader import FileFormat
from crm.worksheets.formats.rows import SheetRow
from crm.worksheets.importing import line_conversion
from crm.worksheets.importing.converting import ColumnConversion, ConversionResult
from crm.worksheets.importing.upload_file import opened_file
from crm.worksheets.mapping import label_row
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.mapping.column_plan import ColumnPlan, plan_columns
from crm.worksheets.mapping.total_rows import total_rows
from crm.worksheets.models import Worksheet


@dataclass(frozen=True)
class Prepared:
    """`publication` is the number of the one whose fields are filled."""

    worksheet: Worksheet
    plan: ColumnPlan
    format: FileFormat
    publication: int

    @cached_property
    def merge(self) -> bulk.Merge:
        return self.plan.merge(self.worksheet.staging)

    @property
    def columns(self) -> ColumnConversion:
        """A workbook leaves out the empty cells at a row's end; in a text they are missing by mistake."""
        plan, choices = self.plan, self.plan.choices
        return ColumnConversion(
            plan.model.entity,
            plan.headers,
            plan.mapping,
            replace(choices.cells, has_numbers=self.format.kind != reader.TEXT),
            plan.fixed,
            is_exact=choices.empty == "clear" and self.format.kind == reader.TEXT,
            keeps_refused=bool(choices.replace),
            withheld=plan.withheld,
            refuses_empty=choices.mode != "update",
            own=choices.columns,
            skips_without=tuple(choices.keys) if choices.skips_empty_keys else (),
            keys=() if choices.is_by_id else tuple(choices.keys),
            totals=total_rows(
                plan.model.entity,
                plan.mapping.fields,
                width=len(plan.headers),
                keys=() if choices.is_by_id else choices.keys,
                may_lack_id=choices.is_by_id and not choices.may_skip_empty_keys,
            ),
            skips_totals=choices.empty_key == "skip",
            has_prefixed_ids="id" in plan.mapping.names and has_prefixed_ids(plan.model),
        )

    def rows(self, notes: list[str] | None = None) -> Iterator[SheetRow]:
        """As `reader.rows_of`."""
        with opened_file(self.worksheet) as file:
            yield from reader.rows_of(file, self.format, notes)

    def packed_rows(self, found: ConversionResult) -> Iterator[bulk.Packed]:
        """As `line_conversion.packed_rows`."""
        with opened_file(self.worksheet) as file:
            yield from line_conversion.packed_rows(file, self.format, self.columns, found, found.notes)

    def as_published_now(self) -> "Prepared":
        return replace(self, plan=self.plan.as_published_now())


def prepare(worksheet: Worksheet) -> Prepared:
    """Reads the file only where the review has not stored its format. Raises UnreadableWorksheet, InvalidMapping."""
    return _prepared(worksheet, current.models())


def prepare_resumed(worksheet: Worksheet, *, begun: int | None) -> Prepared:
    """As the import was planned when it began, under the publication of this number: nothing is decided again.

    Raises UnreadableWorksheet, and InvalidMapping where a field is gone.
    """
    if begun is None or begun == current.models().number:
        return prepare(worksheet)
    planned = _prepared(worksheet, current.of_publication(begun)).as_published_now()
    return replace(planned, publication=current.models().number)


def _prepared(worksheet: Worksheet, generated: GeneratedModels) -> Prepared:
    model, choices = generated[worksheet.entity], ImportChoices.from_json(worksheet.choices)
    if worksheet.look:
        file_format, headers = (
            reviewed_format(worksheet, choices, model),
            [column["header"] for column in worksheet.look["columns"]],
        )
    else:
        with opened_file(worksheet) as file:
            file_format, headers = read_head(file, choices, model)
        _refuse_unclear(file_format)
    return Prepared(worksheet, _plan(model, choices, headers, file_format), file_format, generated.number)


def _refuse_unclear(found: FileFormat) -> None:
    """Raises UnreadableWorksheet where only a person knows which letters are meant; the review asks."""
    if found.text.unclear:
        raise UnreadableWorksheet(encoding_question(found.text.unclear))


def reviewed_format(worksheet: Worksheet, choices: ImportChoices, model: type[Record]) -> FileFormat:
    """The format as the review found it. Of a text, older releases stored
    only part of it: if its file is there, the rest is read again."""
    stored = worksheet.look["format"]
    if stored["kind"] == reader.TEXT and "has_doubled_ends" not in stored:
        with suppress(UnreadableWorksheet), opened_file(worksheet) as file:
            return read_head(file, choices, model)[0]
    return FileFormat.from_json(stored)


def read_head(file: IO[bytes], choices: ImportChoices, model: type[Record]) -> tuple[FileFormat, list[str]]:
    """The file's format, except what was chosen, and the names of its columns. Raises UnreadableWorksheet."""
    found = reader.detect_format(
        file, encoding=choices.encoding, delimiter=choices.delimiter, sheet=choices.sheet, header=choices.header
    )
    headers = reader.header_names(found)
    return replace(found, labels_row=_labels_row(found, headers, choices, model)), headers


def _plan(model: type[Record], choices: ImportChoices, headers: list[str], file_format: FileFormat) -> ColumnPlan:
    try:
        return plan_columns(model, choices, headers)
    except InvalidMapping as refusal:
        if file_format.header_row or choices.header is not None:
            raise
        reason = _("No row seems to name the columns, so they are called A, B, C and so on.")
        raise InvalidMapping(f"{reason} {refusal}") from refusal


def _labels_row(found: FileFormat, headers: list[str], choices: ImportChoices, model: type[Record]) -> int:
    if choices.labels == "yes" and found.header_row:
        return found.header_row + 1
    return label_row.NONE if choices.labels else label_row.find_label_row(model, headers, found.head, found.header_row)
