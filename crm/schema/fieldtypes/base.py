"""The base class of field types: column, validation, limits, form field, worksheet cells and JSON."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.cellformat import CellFormat
from crm.schema.fieldtypes.date_spelling import date_example
from crm.schema.fieldtypes.errors import InvalidValue, quoted
from crm.schema.fieldtypes.local_format import TypedText, local_format
from crm.schema.fieldtypes.option_values import option_value
from crm.schema.fieldtypes.options import Limit, TypeOption
from crm.schema.fieldtypes.text_equality import Sameness, digits_of, without_case

Kind = Literal[
    "boolean", "text", "choice", "choices", "integer", "decimal", "date", "datetime", "time", "relation", "user", "score", "file"
]
# How else a worksheet's column can be read, which its review offers:
# the order of dates, the decimal sign, thousands separators, texts
# cut to their length, digits filled with the zeros that a spreadsheet took away, a value taken out of what stands around it,
# letters that a web page wrote in another way, codes that were read as numbers, meanings of words (`yes`, `ouro`).
ReadingOption = Literal["dates", "decimal", "grouped", "cut", "zeros", "around", "letters", "points", "meanings"]
# Why a cell that is read may not mean what it seems to: a spreadsheet shortened its digits, or left the error of a formula
# or an apostrophe before it (`quoted`), a program read a code as a number with decimals (`pointed`) or kept only its first
# digits (`truncated`), it says `nothing`, its letters were read in another encoding (`garbled`) or are those of a web page
# (`entities`), its year has two digits (`past`: and lay in the future in this century), somebody is born in the future, it is
# long ago, it is the `first` day of a program's calendar, the field keeps fewer decimals, three decimals may be thousands, a
# document fits its check digits with zeros before it.
Doubt = Literal[
    "",
    "shortened",
    "error",
    "quoted",
    "pointed",
    "truncated",
    "nothing",
    "garbled",
    "entities",
    "century",
    "past",
    "future",
    "ancient",
    "first",
    "rounded",
    "thousands",
    "zeros",
]
Writing = Callable[[Any, FieldDefinition], str]  # Any: a typed value
WorkbookCell = Literal["text", "number", "date", "boolean"]

AS_TEXT = "CAST({x} AS text)"  # also keeps the driver of SQLite from making dates of columns that are


@dataclass(frozen=True)
class Refusal:
    """One cell of a converted column that was refused: its place in the column, the raw cell, the reason."""

    position: int
    cell: str
    reason: str


class FieldType:
    """A type of field. Subclasses override what differs from the defaults below."""

    label: ClassVar[str]  # as contract and API write it: `Varchar 50`
    kind: ClassVar[Kind]
    rule_kind: ClassVar[str] = ""  # as `crm.rules` compares it, where that is not `kind`
    options: ClassVar[tuple[TypeOption, ...]] = ()  # what is offered for the type beyond the options of every field
    needs_default: ClassVar[bool] = False  # the column is NOT NULL with a database default
    filled_with: ClassVar[Literal["", "number", "user", "scores", "files"]] = ""  # by the system; then people do not write it
    asks_database: ClassVar[bool] = False  # only the database knows what a cell means
    has_names: ClassVar[bool] = False  # people know its values by names, which rules find
    is_textual: ClassVar[bool] = False  # values are words, which keywords find
    reads_locally: ClassVar[bool] = False  # people write its values as their language does
    has_one_form: ClassVar[bool] = False  # texts written in many ways are stored in one
    is_numeric: ClassVar[bool] = False  # lists align it to the right
    has_few_values: ClassVar[bool] = False  # a new field is a filter of the default form
    can_be_converted: ClassVar[bool] = True  # to another type, and from one
    same_values_as: ClassVar[frozenset[str]] = frozenset()  # types whose stored values are all values of this one, stored alike
    reading_options: ClassVar[frozenset[ReadingOption]] = frozenset()
    sample: ClassVar[str] = ""  # a value in a template of a worksheet
    workbook_cell: ClassVar[WorkbookCell] = "text"
    may_be_formula: ClassVar[bool] = True  # a cell may begin as a formula does, so exports mask it
    # By vendor the SQL of the cell's text over `{x}`. None: as stored. A
    # type with a `cell` of its own is written by Python until it has one.
    cell_expressions: ClassVar[Mapping[str, str] | None] = None
    is_always_unique: ClassVar[bool] = False
    can_be_unique: ClassVar[bool] = True
    can_be_filter: ClassVar[bool] = True
    can_be_sorted: ClassVar[bool] = True  # a form may order its list by it
    can_be_searched: ClassVar[bool] = False
    has_order: ClassVar[bool] = True  # an address may ask for a list in the order of its values
    can_be_required: ClassVar[bool] = True
    can_have_default: ClassVar[bool] = True
    compared: ClassVar[Sameness] = "exactly"  # what makes two values of a unique field the same
    can_be_shown: ClassVar[bool] = True  # it can stand for its record where others refer to that
    is_public: ClassVar[bool] = True  # it could be written without credentials
    # Matches nearly every cell that is not empty; `common_value` then reads a column of such cells without further checks.
    common_pattern: ClassVar[re.Pattern[str] | None] = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "cell" in vars(cls) and "cell_expressions" not in vars(cls):
            cls.cell_expressions = {}

    def column(self, field: FieldDefinition) -> models.Field:
        """The Django field of the column: null, or not null with `db_default`; never unique, never an index."""
        raise NotImplementedError

    def read(self, raw: Any, field: FieldDefinition) -> Any:
        """The typed value of a raw one (form text, JSON, cell text); empty is None. Raises InvalidValue."""
        raise NotImplementedError

    def read_typed(self, text: str, field: FieldDefinition) -> Any:
        """As `read`, for what a person typed: as the active language writes it, then in the machine's form."""
        if not self.reads_locally:
            return self.read(text, field)
        form = local_format()
        if self.doubt(text, field, form) in ("century", "past"):
            words = {"value": quoted(text), "example": date_example(form)}
            raise InvalidValue(
                _("“%(value)s” leaves the century open: write all digits of the year, such as %(example)s.") % words
            )
        try:
            return self.read_cell(text, field, form)
        except InvalidValue:
            with suppress(InvalidValue):
                return self.read(text, field)
            raise

    def take(self, raw: Any, field: FieldDefinition) -> Any:
        """As `read_typed` for what a person typed, as `read` for all else."""
        return self.read_typed(raw, field) if isinstance(raw, TypedText) else self.read(raw, field)

    def read_cell(self, cell: str, field: FieldDefinition, form: CellFormat) -> Any:
        """As `read`, for the text of a worksheet cell."""
        return self.read(cell, field)

    def all_are_common(self, cells: Sequence[str], form: CellFormat) -> bool:
        return self.common_pattern is not None and all(map(self.common_pattern.fullmatch, filter(None, cells)))

    def common_value(self, cell: str) -> Any:
        """The typed value of a cell that `common_pattern` matches. Raises
        ValueError or ArithmeticError where `read` has to decide after all."""
        raise ValueError(cell)

    def read_column(self, cells: Sequence[str], field: FieldDefinition, form: CellFormat) -> tuple[list[Any], dict[str, str]]:
        """Typed values of a whole column, None where refused or empty,
        and the reason by refused cell. Equal cells are read once."""
        if self.all_are_common(cells, form):
            with suppress(ValueError, ArithmeticError):
                return [self.common_value(cell) if cell else None for cell in cells], {}
        known: dict[str, Any] = {"": None}
        wrong: dict[str, str] = {}
        for cell in set(cells) - {""}:
            try:
                known[cell] = self.read_cell(cell, field, form)
            except InvalidValue as refusal:
                known[cell], wrong[cell] = None, str(refusal)
        return [known[cell] for cell in cells], wrong

    def held_value(self, cell: str, field: FieldDefinition, form: CellFormat) -> Any:
        """What a cell means that the field refuses, where records may hold it from before its limits or options changed.

        Raises InvalidValue for what no record holds.
        """
        return self.read_cell(cell, field, form)

    def with_zeros(self, cell: str) -> str:
        """Digits with the zeros that a spreadsheet took away, where that makes a value of them. Only asked with `zeros`."""
        return cell

    def without_surroundings(self, cell: str) -> str:
        """The value alone, where more stands around it. Only asked with `around`."""
        return cell

    def may_doubt(self, together: str, field: FieldDefinition, form: CellFormat) -> bool:
        """Return False if none of the cells of a column, given as one text, can be in doubt: nearly always, and quickly."""
        return False

    def doubt(self, cell: str, field: FieldDefinition, form: CellFormat) -> Doubt:
        return ""

    def doubt_example(self, cell: str, field: FieldDefinition, form: CellFormat) -> str:
        """A cell in doubt as a remark shows it."""
        return cell

    def canonical_pattern(self, field: FieldDefinition, form: CellFormat, *, without: str = "") -> str:
        """A regular expression of cells, `without` these characters, that `convert_column` takes
        and both databases store as they are (see `canonical`); "" where there are none."""
        return "" if self.limits(field) else self.canonical_cells(field, form, without)

    def canonical_cells(self, field: FieldDefinition, form: CellFormat, without: str) -> str:
        """As `canonical_pattern`, for a field without limits."""
        return ""

    def cell(self, value: Any, field: FieldDefinition) -> str:
        """The text that a worksheet shows for a value; reading it gives the value back."""
        return "" if value is None else str(value)

    def to_json(self, value: Any, field: FieldDefinition) -> Any:
        return value

    def to_history(self, value: Any, field: FieldDefinition) -> Any:
        """JSON of what the column holds, as the history keeps it."""
        return self.to_json(value, field)

    def from_history(self, value: Any, field: FieldDefinition) -> Any:
        """The typed value of what the history kept, even if the field
        refuses it now. Raises InvalidValue for what it cannot hold."""
        return self.read(value, field)

    def form_field(self, field: FieldDefinition) -> forms.Field:
        """The form field; its text is validated by `clean`, so it converts nothing itself."""
        return forms.CharField(
            required=not field.nullable, label=field.label, help_text=field.description, widget=self.widget(field)
        )

    def widget(self, field: FieldDefinition) -> forms.Widget:
        return forms.TextInput()

    def form_value(self, value: Any, field: FieldDefinition) -> Any:
        """What the form field shows for a value; `read_typed` reads it back."""
        return self.cell(value, field)

    def display(self, value: Any, field: FieldDefinition) -> str:
        """What a page shows, in the reader's locale."""
        return self.cell(value, field)

    def exact_text(self, value: Any, field: FieldDefinition) -> str:
        """What a page shows where `display` would show two different values alike."""
        return self.cell(value, field)

    def display_column(self, values: Sequence[Any], field: FieldDefinition) -> list[str]:
        """As `display`, for values of one column (None too), with a few queries at most for all of them."""
        return ["" if value is None else self.display(value, field) for value in values]

    def filter_options(self, field: FieldDefinition) -> list[tuple[str, str]]:
        """Value and label of what a list's filter offers to pick; nothing where values are typed."""
        return []

    def names(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        """What a column may hold, each with what people call it. Only asked where the type `has_names`."""
        return ()

    # What follows from the answers above.

    def cell_sql(self, column: models.Field | None, vendor: str) -> str | None:
        """The text of a cell over `{x}`, a column or the answer of a Rule without one; None where only Python can write it."""
        if self.cell_expressions is not None:
            return self.cell_expressions.get(vendor)
        if isinstance(column, models.DecimalField) and vendor == "sqlite":
            return f"CASE WHEN {{x}} IS NOT NULL THEN printf('%.{column.decimal_places}f', {{x}}) END"  # of NULL it makes 0.00
        if isinstance(column, models.CharField | models.TextField | models.ForeignKey):
            return "{x}"
        return AS_TEXT if isinstance(column, models.IntegerField | models.DecimalField) else None

    def clean(self, raw: Any, field: FieldDefinition) -> Any:
        """The typed value of a raw one, within the field's limits. Raises InvalidValue."""
        return self._within_limits(self.take(raw, field), field, is_typed=isinstance(raw, TypedText))

    def clean_cell(self, cell: str, field: FieldDefinition, form: CellFormat) -> Any:
        """As `clean`, for the text of a worksheet cell."""
        return self._within_limits(self.read_cell(cell, field, form), field, is_typed=True)

    def convert_column(self, cells: Sequence[str], field: FieldDefinition, form: CellFormat) -> tuple[list[Any], list[Refusal]]:
        """As `clean`, for a whole column: typed values, None where refused or empty, and what was refused."""
        values, wrong = self.read_column(cells, field, form)
        if limits := self.limits(field, is_typed=True):
            known = {value: reason_against(value, limits) for value in set(values) - {None}}
            wrong |= {cell: known[value] for cell, value in zip(cells, values, strict=True) if known.get(value)}
            values = [None if known.get(value) else value for value in values]
        refusals = [Refusal(i, cell, wrong[cell]) for i, cell in enumerate(cells) if cell in wrong] if wrong else []
        return values, refusals

    def _within_limits(self, value: Any, field: FieldDefinition, *, is_typed: bool = False) -> Any:
        if value is not None and (reason := reason_against(value, self.limits(field, is_typed=is_typed))):
            raise InvalidValue(reason)
        return value

    def limits(self, field: FieldDefinition, *, is_typed: bool = False) -> list[Limit]:
        """What the field's options refuse of the values that the type takes; reasons name a limit as people or machines write."""
        written = self.display if is_typed else self.cell
        return [option.limit(value, text) for option, value, text in self._limiting(field, written) if option.limit]

    def _limiting(
        self, field: FieldDefinition, written: Callable[[Any, FieldDefinition], str]
    ) -> Iterator[tuple[TypeOption, Any, str]]:
        for option in self.options:
            stored = field.options.get(option.name) if option.limit else None
            with suppress(InvalidValue):  # an option that no longer fits the type limits nothing
                value = self.read(stored, field) if option.kind == "value" else stored
                if value is not None:
                    yield option, value, written(value, field) if option.kind == "value" else str(value)

    def checked_options(self, raw: Mapping[str, Any], field: FieldDefinition) -> dict[str, Any]:
        """The options to store, from those that were given. Raises InvalidValue for what the type does not take."""
        known = {option.name: option for option in self.options}
        if unknown := sorted(set(raw) - set(known)):
            offered = ", ".join(known) or _("none")
            words = {"type": self.label, "option": unknown[0], "known": offered}
            raise InvalidValue(_("A field of type %(type)s has no option “%(option)s”; its options are: %(known)s.") % words)
        given = {name: self._checked_option(known[name], value, field) for name, value in raw.items()}
        stored = {name: value for name, value in given.items() if value is not None}
        for option in self.options:
            if option.required and option.name not in stored:
                words = {"type": self.label, "option": option.name}
                raise InvalidValue(_("A field of type %(type)s needs the option “%(option)s”.") % words)
        return stored

    def _checked_option(self, option: TypeOption, raw: Any, field: FieldDefinition) -> Any:
        try:
            if option.kind == "value":
                value = self.take(raw, field)
                return None if value is None else self.to_json(value, field)
            return option_value(option, raw)
        except InvalidValue as refusal:
            raise InvalidValue(_("Option “%(option)s”: %(reason)s") % {"option": option.name, "reason": refusal}) from refusal

    def key(self, value: Any) -> Any:
        """A key that is equal for two values which count as the same."""
        if self.compared == "exactly":
            return value
        return digits_of(value) if self.compared == "by digits" else without_case(value)

    @property
    def flags(self) -> frozenset[str]:
        """The options of every field that apply to the type, by their names in `FieldDefinition`."""
        possible = {
            "nullable": self.can_be_required,
            "default": self.can_have_default,
            "unique": self.can_be_unique,
            "searchable": self.can_be_searched,
            "filterable": self.can_be_filter,
            "public_read": True,
            "public_filter": self.can_be_filter,
            "public_write": self.is_public,
        }
        return frozenset(name for name, makes_sense in possible.items() if makes_sense)


def reason_against(value: Any, limits: Sequence[Limit]) -> str:
    """Why a typed value is refused; empty when it is not."""
    return next(filter(None, (limit(value) for limit in limits)), "")
