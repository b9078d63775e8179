"""What fixes refusals of one cause: a change of the review, tried on the refused values before it is offered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.local_numbers import local_number
from crm.records import bulk
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.base import ReadingOption
from crm.schema.fieldtypes.invisible import trimmed
from crm.schema.fieldtypes.tax_numbers import lost_zeros
from crm.worksheets.importing.normalizing import normalize
from crm.worksheets.importing.refusals import RefusalGroup, cause_of
from crm.worksheets.mapping.choices import ColumnChoices
from crm.worksheets.review.reviewing import Review

TRIED = 2_000  # distinct values of a cause


@dataclass(frozen=True)
class Fix:
    """The label of its button, and the fields of the review form that it sets, as a query string."""

    label: str
    changes: str


@dataclass(frozen=True)
class RefusalCause:
    """A cause with its fixes; `link` leads to the guess where it can be fixed by hand."""

    group: RefusalGroup
    fixes: list[Fix]
    link: str = ""


def remark_fixes(review: Review) -> Iterator[tuple[str, Fix]]:
    """By header, what reads cells in another way that were taken, and told, as they are."""
    for code, counts in review.worksheet.tally.remarks.items():
        if code in SETTLED_BY:
            option, label = SETTLED_BY[code]
            for header in filter(counts.__contains__, review.inspection.headers):
                words = label(counts[header]) % {"n": local_number(counts[header])}
                yield header, Fix(words, urlencode({f"{option}_{review.inspection.headers.index(header)}": "on"}))


def refusal_causes(review: Review, groups: Iterator[RefusalGroup]) -> Iterator[RefusalCause]:
    for group in groups:
        position = review.inspection.headers.index(group.column) if group.column in review.inspection.headers else None
        field = None if position is None else review.model.entity.field(review.choices.map.get(group.column, ""))
        if group.cause == bulk.DUPLICATE_ROW:
            yield RefusalCause(group, list(_for_duplicates()))
        elif position is None or field is None:
            yield RefusalCause(group, [])
        elif not _is_of_cells(review, group, field):
            yield RefusalCause(group, list(_for_documents(review, group, position, field)))
        else:
            yield RefusalCause(group, list(_for_cells(review, group, position, field)), _link(position, field))


def _is_of_cells(review: Review, group: RefusalGroup, field: FieldDefinition) -> bool:
    """Return True if the cells themselves are refused, and not what they mean together with the records."""
    return group.example.is_cell or bool(_unreadable([group.example.value], review.choices.column(group.column), field, review))


def _for_duplicates() -> Iterator[Fix]:
    yield Fix(_("Take the first of them"), urlencode({"duplicates": "first"}))
    yield Fix(_("Take the last of them"), urlencode({"duplicates": "last"}))


def _for_documents(review: Review, group: RefusalGroup, position: int, field: FieldDefinition) -> Iterator[Fix]:
    """Numbers that only their document's type refuses: it is the zeros that they lack."""
    kind = fieldtypes.get(field.type)
    fixed = sum(count for value, count in _values(review, group) if _lacks_zeros(value, group))
    if fixed and "zeros" in kind.reading_options:
        yield Fix(_fill(fixed) % {"n": fixed}, urlencode({f"zeros_{position}": "on"}))


def _lacks_zeros(value: str, group: RefusalGroup) -> bool:
    """Return True if that is why it is refused."""
    reason = lost_zeros(trimmed(value))
    return bool(reason) and group.cause == cause_of(reason)


def _for_cells(review: Review, group: RefusalGroup, position: int, field: FieldDefinition) -> Iterator[Fix]:
    values = _values(review, group)
    now = review.choices.column(group.column)
    for own, label, changes in _ways(fieldtypes.get(field.type).reading_options, now, position):
        if fixed := _count_fixed(values, now, own, field, review):
            yield Fix(label(fixed) % {"n": local_number(fixed)}, urlencode(changes))
    is_key = field.name in review.choices.keys
    if review.choices.empty == "keep" and field.nullable and not is_key:
        left_out = ngettext("Leave this %(n)s cell out", "Leave these %(n)s cells out", group.count)
        yield Fix(left_out % {"n": local_number(group.count)}, urlencode({f"wrong_{position}": "on"}))


Way = tuple[ColumnChoices, Callable[[int], str], dict[str, str]]


def _ways(options: frozenset[ReadingOption], now: ColumnChoices, position: int) -> Iterator[Way]:
    """Other ways to read a column: what would be chosen, the words for so many cells, the fields of the form."""
    if "dates" in options:
        for order, label in (("dmy", _day_first), ("mdy", _month_first), ("iso", _year_first)):
            if order != now.dates:
                yield replace(now, dates=order), label, {f"dates_{position}": order}
    if "grouped" in options:
        for sign, label in ((",", _with_comma), (".", _with_point)):
            own = replace(now, decimal=sign, is_grouped=True)
            if (sign, True) != (now.decimal, now.is_grouped):
                yield own, label, {f"decimal_{position}": sign, f"grouped_{position}": "on"}
    if "cut" in options:
        yield replace(now, is_cut=True), _cut, {f"cut_{position}": "on"}
    if "zeros" in options:
        yield replace(now, is_filled=True), _fill, {f"zeros_{position}": "on"}
    if "letters" in options:
        yield replace(now, is_decoded=True), _decode, {f"letters_{position}": "on"}
    if "points" in options:
        yield replace(now, is_unpointed=True), _unpoint, {f"points_{position}": "on"}
    if "around" in options:
        yield replace(now, is_bared=True), _bare, {f"around_{position}": "on"}
    yield replace(now, is_unquoted=True), _unquote, {f"apostrophes_{position}": "on"}
    yield replace(now, is_blanked=True), _blank, {f"nothing_{position}": "on"}


def _day_first(n: int) -> str:
    return ngettext("%(n)s date looks like dd/mm: read it so", "%(n)s dates look like dd/mm: read them so", n)


def _month_first(n: int) -> str:
    return ngettext("%(n)s date looks like mm/dd: read it so", "%(n)s dates look like mm/dd: read them so", n)


def _year_first(n: int) -> str:
    return ngettext("%(n)s date begins with the year: read it so", "%(n)s dates begin with the year: read them so", n)


def _with_comma(n: int) -> str:
    return ngettext("%(n)s number looks like 1.234,50: read it so", "%(n)s numbers look like 1.234,50: read them so", n)


def _with_point(n: int) -> str:
    return ngettext("%(n)s number looks like 1,234.50: read it so", "%(n)s numbers look like 1,234.50: read them so", n)


def _cut(n: int) -> str:
    return ngettext("Cut %(n)s text that is too long", "Cut %(n)s texts that are too long", n)


def _fill(n: int) -> str:
    return ngettext("Fill %(n)s number with zeros", "Fill %(n)s numbers with zeros", n)


def _decode(n: int) -> str:
    return ngettext(
        "Read the letters of %(n)s text that a web page wrote", "Read the letters of %(n)s texts that a web page wrote", n
    )


def _unquote(n: int) -> str:
    return ngettext("Take the apostrophe away from %(n)s cell", "Take the apostrophe away from %(n)s cells", n)


def _unpoint(n: int) -> str:
    return ngettext("Take the decimals away from %(n)s code", "Take the decimals away from %(n)s codes", n)


def _bare(n: int) -> str:
    return ngettext("Take the address out of %(n)s cell", "Take the addresses out of %(n)s cells", n)


def _blank(n: int) -> str:
    return ngettext("Read %(n)s cell that says nothing as empty", "Read %(n)s cells that say nothing as empty", n)


# By remark, the reading that settles it.
SETTLED_BY: Mapping[str, tuple[str, Callable[[int], str]]] = {
    "zeros": ("zeros", _fill),
    "entities": ("letters", _decode),
    "quoted": ("apostrophes", _unquote),
    "pointed": ("points", _unpoint),
    "nothing": ("nothing", _blank),
    "first": ("nothing", _blank),
}


def _values(review: Review, group: RefusalGroup) -> list[tuple[str, int]]:
    alike = review.worksheet.row_errors.order_by().filter(column=group.column, cause=group.cause)
    return list(alike.values_list("value").annotate(count=Count("pk"))[:TRIED])


def _count_fixed(
    values: list[tuple[str, int]], now: ColumnChoices, own: ColumnChoices, field: FieldDefinition, review: Review
) -> int:
    """How many of the cells that the field refuses now it would take: what a file could not give is mended by no reading."""
    cells = [value for value, _count in values]
    mended = _unreadable(cells, now, field, review) - _unreadable(cells, own, field, review)
    return sum(count for place, (_value, count) in enumerate(values) if place in mended)


def _unreadable(cells: list[str], own: ColumnChoices, field: FieldDefinition, review: Review) -> set[int]:
    """The places of cells that the field refuses where the column is read like this."""
    read = normalize(cells, own, field)
    _typed, refused = fieldtypes.get(field.type).convert_column(read, field, own.cells(review.choices.cells))
    return {refusal.position for refusal in refused}


def _link(position: int, field: FieldDefinition) -> str:
    return f"#guess-column-{position}" if "meanings" in fieldtypes.get(field.type).reading_options else ""
