"""Columns of whole names, told to who imports by a command: they fill the first name undivided, or nothing."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from crm.worksheets.formats.rows import SheetRow
from crm.worksheets.mapping import cell_evidence
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.mapping.column_plan import ColumnPlan
from crm.worksheets.mapping.inspection import inspect
from crm.worksheets.mapping.synonyms import FULL_NAME, plain, synonyms

FIRST, LAST = FULL_NAME.split("+")


def undivided(plan: ColumnPlan, rows: Sequence[SheetRow]) -> Iterator[str]:
    """A sentence for each column that is called as the first name is and that nobody mapped, as far as the first rows show it."""
    if LAST in plan.names:
        return
    inspection = inspect(plan.headers, rows)
    for place, name in plan.mapping.fields.items():
        header, column = plan.headers[place], inspection.columns[place]
        if name == FIRST and _may_be_whole(plan, header) and cell_evidence.holds_whole_names(column):
            note = _("“%(header)s” seems to hold whole names, which fill %(first)s undivided: %(option)s divides them.")
            yield note % {"header": header, "first": FIRST, "option": _option(header)}


def left_open(choices: ImportChoices, headers: Sequence[str]) -> Iterator[str]:
    """A sentence for each of the columns of whole names that a proposal left open, and that fills nothing."""
    for header in headers:
        if header not in choices.map:
            note = _("“%(header)s” holds whole names and fills nothing: %(option)s divides them.")
            yield note % {"header": header, "option": _option(header)}


def _option(header: str) -> str:
    return f'--map "{header}={FULL_NAME}"'


def _may_be_whole(plan: ColumnPlan, header: str) -> bool:
    _rank, meaning = synonyms(plan.model.entity.acronym).get(plain(header), (0, ""))
    return meaning == FULL_NAME and header not in plan.choices.map and header.lower() != FIRST.lower()
