"""A worksheet read as far as its header, and what was chosen for it: what its columns fill."""

from dataclasses import dataclass, replace
from typing import IO, Any

from django.core.files import File
from django.utils.translation import gettext as _

from crm.records import bulk
from crm.records.validating import clean_value
from crm.schema import fieldtypes
from crm.schema.generated import current
from crm.schema.record import Record
from crm.worksheets.errors import InvalidMapping, UnreadableWorksheet
from crm.worksheets.formats.reading import reader
from crm.worksheets.importing import converting
from crm.worksheets.mapping import column_mapping, label_row
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.models import Worksheet


@dataclass(frozen=True)
class ColumnPlan:
    """Which fields of `model` a worksheet with these headers fills, and how."""

    model: type[Record]
    choices: ImportChoices
    headers: list[str]
    mapped: column_mapping.ColumnMapping
    fixed: dict[str, Any]  # typed values

    def merge(self, worksheet: Worksheet) -> bulk.Merge:
        columns = (*self.mapped.names, *self.fixed)
        return bulk.Merge(
            self.model, worksheet.staging, tuple(self.choices.keys), columns,
            self.choices.mode, self.choices.empty, self.choices.duplicates, self.choices.replace,  # type: ignore[arg-type]
            self._taken("new"), self._taken("empty"), self._withheld(), self._taken("add"), self._taken("remove"),
        )  # fmt: skip

    def _withheld(self) -> tuple[str, ...]:
        """Not even by its default does a consent come without somebody's word."""
        return (
            () if self.choices.allow_consent else tuple(field.name for field in column_mapping.consent_fields(self.model.entity))
        )

    def _taken(self, takes: str) -> tuple[str, ...]:
        """The fields whose columns are taken so."""
        return tuple(
            name for place, name in self.mapped.fields.items() if self.choices.column(self.headers[place]).takes == takes
        )

    def columns(self, *, is_exact: bool) -> converting.ColumnConversion:
        """`is_exact`: a missing cell is a mistake, as an empty one it would clear a value."""
        choices = self.choices
        return converting.ColumnConversion(
            self.model.entity,
            self.headers,
            self.mapped,
            choices.cells,
            self.fixed,
            is_exact=is_exact,
            keeps_refused=bool(choices.replace),
            own=choices.columns,
        )

    def as_published_now(self) -> "ColumnPlan":
        """With fields that came while the import runs. None gets another type, for that waits; one that is hidden goes in all the same."""
        model = current.newest()[self.model.entity.acronym]
        names = (*self.mapped.names, *self.fixed)
        return replace(self, model=model) if all(name == "id" or model.entity.field(name) for name in names) else self

    def header_of(self, field: str) -> str:
        """The header of the column that fills the field."""
        return next((self.headers[position] for position, name in self.mapped.fields.items() if name == field), field)


@dataclass(frozen=True)
class Source:
    """A worksheet's file on its way into records."""

    plan: ColumnPlan
    form: reader.FileFormat

    def columns(self) -> converting.ColumnConversion:
        """A workbook leaves out the empty cells at a row's end; in a text they are missing by mistake."""
        return self.plan.columns(is_exact=self.plan.choices.empty == "clear" and self.form.kind == reader.TEXT)


def opened_file(worksheet: Worksheet) -> File[bytes]:
    """The upload, to be read and closed. Raises UnreadableWorksheet where it is gone: purged, or lost with its storage."""
    try:
        worksheet.file.open("rb")
    except (FileNotFoundError, ValueError):  # ValueError: there never was one, or it is purged
        raise UnreadableWorksheet(_("The uploaded file is not there any more. Upload it again.")) from None
    return worksheet.file  # type: ignore[return-value]  # Django's FieldFile is one


def open_source(worksheet: Worksheet) -> Source:
    """Raises UnreadableWorksheet, InvalidMapping."""
    choices = ImportChoices.from_json(worksheet.choices)
    with opened_file(worksheet) as file:
        form, headers = read_head(file, choices, current.models()[worksheet.entity])
    try:
        return Source(make_plan(worksheet, headers), form)
    except InvalidMapping as refusal:
        if form.header_row or choices.header is not None:
            raise
        said = _("No row seems to name the columns, so they are called A, B, C and so on.")
        raise InvalidMapping(f"{said} {refusal}") from refusal


def plan_of(worksheet: Worksheet) -> ColumnPlan:
    """Without reading the file, where the review has seen its headers."""
    if not worksheet.look:
        return open_source(worksheet).plan
    return make_plan(worksheet, [column["header"] for column in worksheet.look["columns"]])


def make_plan(worksheet: Worksheet, headers: list[str]) -> ColumnPlan:
    """Raises InvalidMapping."""
    choices = ImportChoices.from_json(worksheet.choices)
    model = current.models()[worksheet.entity]
    mapped = column_mapping.map_columns(
        headers,
        model.entity,
        stated=choices.map,
        ignore=[*choices.ignore, *filter(choices.is_idle, headers)],
        allow_consent=choices.allow_consent,
        is_by_id=choices.is_by_id,
    )
    _check_keys(model, choices, mapped)
    fixed = _fixed(model, choices, mapped)
    if choices.replace:
        _check_replace(model, choices, mapped)
        if choices.replace not in mapped.names:
            fixed.setdefault(choices.replace, True)
    return ColumnPlan(model, choices, headers, mapped, fixed)


def read_head(file: IO[bytes], choices: ImportChoices, model: type[Record]) -> tuple[reader.FileFormat, list[str]]:
    """The file's format, except what was chosen, and the names of its columns. Raises UnreadableWorksheet."""
    form = reader.detect_format(
        file, encoding=choices.encoding, delimiter=choices.delimiter, sheet=choices.sheet, header=choices.header
    )
    headers = reader.header_names(file, form)
    return replace(form, labels_row=_labels_row(form, headers, choices, model)), headers


def _labels_row(form: reader.FileFormat, headers: list[str], choices: ImportChoices, model: type[Record]) -> int:
    if choices.labels == "yes" and form.header_row:
        return form.header_row + 1
    return label_row.NONE if choices.labels else label_row.find_label_row(model, headers, form.head, form.header_row)


def _check_keys(model: type[Record], choices: ImportChoices, mapped: column_mapping.ColumnMapping) -> None:
    """One key is unique; several tell a record together. Without the column every row is new."""
    if choices.is_by_id:
        return
    for name in choices.keys:
        field = model.entity.field(name)
        if field is None or not field.column or (len(choices.keys) == 1 and not field.unique):
            unique = ", ".join(["id", *(field.name for field in model.entity.visible_fields if field.unique)])
            raise InvalidMapping(
                _("%(key)s cannot be the key: it must be unique. These are: %(unique)s.") % {"key": name, "unique": unique}
            )
        if name not in {*mapped.names, *choices.set} and (choices.mode != "create" or len(choices.keys) > 1):
            raise InvalidMapping(_("The key %s is not a column of the worksheet.") % name)


def _check_replace(model: type[Record], choices: ImportChoices, mapped: column_mapping.ColumnMapping) -> None:
    field = model.entity.field(choices.replace)
    if field is None or field.type != "Boolean" or not fieldtypes.is_writable(field):
        raise InvalidMapping(_("%s cannot be replaced: it is no Boolean that may be written.") % choices.replace)
    if choices.is_by_id and "id" not in mapped.names:
        raise InvalidMapping(_("The key id is not a column of the worksheet: nobody would be found, and all would leave."))


def _fixed(model: type[Record], choices: ImportChoices, mapped: column_mapping.ColumnMapping) -> dict[str, Any]:
    if both := [name for name in choices.set if name in mapped.names]:
        raise InvalidMapping(_("%s is a column of the worksheet and set for all rows.") % both[0])
    return {name: _fixed_value(model, name, text, choices) for name, text in choices.set.items()}


def _fixed_value(model: type[Record], name: str, text: str, choices: ImportChoices) -> Any:
    field = model.entity.field(name)
    if field is None or not fieldtypes.is_writable(field):
        raise InvalidMapping(_("%(name)s cannot be set: it is no field that may be written.") % {"name": name})
    if name in column_mapping.CONSENT and not choices.allow_consent:
        raise InvalidMapping(_("%s is a consent: allow it on purpose.") % name)
    try:
        return clean_value(field, text)
    except fieldtypes.InvalidValue as refusal:
        raise InvalidMapping(f"{name}: {refusal}") from refusal
