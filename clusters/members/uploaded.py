"""Lists of people as files: one column of a small worksheet, as it would be pasted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.errors import InvalidSelection
from clusters.members.mixed_keys import field_of
from clusters.members.pasted import MOST, refuse_many
from crm import uploads
from crm.local_numbers import local_number
from crm.schema.definitions import EntityDefinition
from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.reading import reader
from crm.worksheets.formats.rows import SheetRow

LARGEST = 5 * 1024 * 1024  # bytes
LOOKED_AT = 1_000  # rows that say which column is meant
TOLD_APART = ("email", "document")  # an id may look like anything
NAMED = 10  # rows without a key


@dataclass(frozen=True)
class UploadedList:
    """The keys as text, one a line, without the heading of their column; and the numbers of the rows that have none."""

    text: str
    without_key: tuple[int, ...] = ()

    @property
    def remark(self) -> str:
        """Empty where each row has a key."""
        if not self.without_key:
            return ""
        count, named = len(self.without_key), ", ".join(map(str, self.without_key[:NAMED]))
        sentence = ngettext(
            "%(n)s row of the file holds other cells, but nothing in the column of the list: row %(rows)s.",
            "%(n)s rows of the file hold other cells, but nothing in the column of the list: rows %(rows)s.",
            count,
        )
        return sentence % {"n": local_number(count), "rows": f"{named} …" if count > NAMED else named}


def list_of_file(file: UploadedFile, entity: EntityDefinition) -> UploadedList:
    """Raises InvalidSelection."""
    if reason := uploads.refusal([file]):
        raise InvalidSelection(reason)
    if (file.size or 0) > LARGEST:
        raise InvalidSelection(_("Choose a file of at most %s MB.") % number_format(LARGEST // 1024**2))
    try:
        rows = _rows(file)
    except UnreadableWorksheet as refusal:
        raise InvalidSelection(str(refusal)) from refusal
    refuse_many(rows)
    place = _column([row.cells for row in rows[:LOOKED_AT]], entity)
    cells = [row.cells[place].strip() if len(row.cells) > place else "" for row in rows]
    first = 1 if _is_heading(cells, entity) else 0
    without = tuple(row.number for row, cell in zip(rows[first:], cells[first:], strict=True) if not cell)
    return UploadedList("\n".join(filter(None, cells[first:])), without)


def _rows(file: IO[bytes]) -> list[SheetRow]:
    """No more than are needed to see that they are too many. A cell that cannot be read is as it stands: nobody has it."""
    found = reader.detect_format(file, header=0)
    return list(islice(reader.rows_of(file, found), MOST + 2))


def _column(rows: Sequence[Sequence[str]], entity: EntityDefinition) -> int:
    """The only one of e-mails, else the only one of documents, else the first. Raises InvalidSelection for several."""
    filled, looks = Counter[int](), Counter[tuple[int, str]]()
    for row in rows:  # cell by cell: a hostile row has a million columns, and the others one
        cells = [(place, cell.strip()) for place, cell in enumerate(row) if cell.strip()]
        filled.update(place for place, _cell in cells)
        looks.update((place, field_of(cell, entity)) for place, cell in cells)
    for field in TOLD_APART:
        places = [place for place, n in filled.items() if 2 * looks[place, field] >= n]
        if len(places) > 1:
            raise InvalidSelection(
                _("Several columns of the file hold e-mails or documents of somebody: leave only the column that is meant.")
            )
        if places:
            return places[0]
    return 0


def _is_heading(cells: Sequence[str], entity: EntityDefinition) -> bool:
    """Return True if the first cell is the name or label of a field; any other is a key, which nobody may have."""
    names = {"id", *(text.casefold() for field in entity.fields for text in (field.name, field.label))}
    return bool(cells) and cells[0].casefold() in names
