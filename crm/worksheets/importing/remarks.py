"""Remarks about cells that were read although they may not mean what they seem to: counted by column, told in words."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.local_numbers import local_number
from crm.schema.fieldtypes.invisible import trimmed
from crm.worksheets.formats.formula_escaping import is_constant, is_quoted_code


@dataclass
class Remarks:
    """How many cells of a column (its header) were read in a remarkable way, and one of them."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)  # by code and header
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def note(self, code: str, header: str, cell: str, count: int = 1) -> None:
        self.counts[code, header] += count
        self.examples.setdefault((code, header), cell[:60].strip())

    def note_total(self, row: int, word: str, *, is_skipped: bool) -> None:
        where = _("row %(row)s: “%(cell)s”") % {"row": row, "cell": word}
        self.note("total skipped" if is_skipped else "total taken", "", where)

    def note_guards(self, header: str, cells: Iterable[str]) -> None:
        """Signs that kept a spreadsheet from changing digits, and that are not part of the text."""
        for cell in map(trimmed, cells):
            if code := "constant" if is_constant(cell) else "apostrophe" if is_quoted_code(cell) else "":
                self.note(code, header, cell)

    def note_doubts(self, header: str, cells: Iterable[str], doubt: Callable[[str], str], example: Callable[[str], str]) -> None:
        for cell in cells:
            if code := doubt(cell):
                self.note(code, header, cell if (code, header) in self.examples else example(cell))

    def add(self, more: "Remarks") -> None:
        for (code, header), count in more.counts.items():
            self.note(code, header, more.examples[code, header], count)

    def by_code(self) -> dict[str, dict[str, int]]:
        """How many cells of each column (its header)."""
        found: dict[str, dict[str, int]] = {}
        for (code, header), count in self.counts.items():
            found.setdefault(code, {})[header] = count
        return found

    def sentences(self) -> Iterator[str]:
        """In the reader's language; the columns in the order in which they were found."""
        for (code, header), count in self.counts.items():
            words = {"n": local_number(count), "header": header, "example": self.examples[code, header]}
            yield _sentence(code, count) % words


def _sentence(code: str, count: int) -> str:
    sentences = {
        "constant": _constant,
        "quoted": _quoted,
        "pointed": _pointed,
        "truncated": _truncated,
        "nothing": _nothing,
        "apostrophe": _apostrophe,
        "shortened": _shortened,
        "error": _error,
        "garbled": _garbled,
        "entities": _entities,
        "century": _century,
        "past": _past,
        "future": _future,
        "ancient": _ancient,
        "first": _first,
        "rounded": _rounded,
        "thousands": _thousands,
        "zeros": _zeros,
        "total skipped": _total_skipped,
        "total taken": _total_taken,
    }
    return sentences[code](count)


def _constant(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s formula that only holds a text is read as this text (%(example)s).",
        "%(header)s: %(n)s formulas that only hold a text are read as this text (%(example)s).",
        count,
    )


def _apostrophe(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s apostrophe before digits, a code or an address is taken away (%(example)s).",
        "%(header)s: %(n)s apostrophes before digits, codes or addresses are taken away (%(example)s).",
        count,
    )


def _quoted(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s text begins with an apostrophe, which may be a spreadsheet's, and keeps it (%(example)s).",
        "%(header)s: %(n)s texts begin with an apostrophe, which may be a spreadsheet's, and keep it (%(example)s).",
        count,
    )


def _pointed(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s code seems to be read as a number, with a point and a zero behind it (%(example)s).",
        "%(header)s: %(n)s codes seem to be read as numbers, with a point and a zero behind them (%(example)s).",
        count,
    )


def _truncated(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s code ends with zeros after fifteen digits: a spreadsheet may have lost the last ones (%(example)s).",
        "%(header)s: %(n)s codes end with zeros after fifteen digits: a spreadsheet may have lost the last ones (%(example)s).",
        count,
    )


def _nothing(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s cell says that there is no value, and is taken as a text (%(example)s).",
        "%(header)s: %(n)s cells say that there is no value, and are taken as texts (%(example)s).",
        count,
    )


def _shortened(count: int) -> str:
    return ngettext(
        "%(header)s: the spreadsheet shortened %(n)s code (%(example)s): its last digits are lost.",
        "%(header)s: the spreadsheet shortened %(n)s codes (%(example)s): their last digits are lost.",
        count,
    )


def _error(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s cell holds the error of a spreadsheet's formula, taken as a text (%(example)s).",
        "%(header)s: %(n)s cells hold the error of a spreadsheet's formula, taken as a text (%(example)s).",
        count,
    )


def _garbled(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s text was read in a wrong encoding, here or before (%(example)s).",
        "%(header)s: %(n)s texts were read in a wrong encoding, here or before (%(example)s).",
        count,
    )


def _entities(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s text holds letters as a web page writes them, and is taken as it is (%(example)s).",
        "%(header)s: %(n)s texts hold letters as a web page writes them, and are taken as they are (%(example)s).",
        count,
    )


def _century(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s year of two digits is read as one from 1930 to 2029 (%(example)s).",
        "%(header)s: %(n)s years of two digits are read as from 1930 to 2029 (%(example)s).",
        count,
    )


def _past(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s year of two digits would lie in the future and is read as a hundred years before (%(example)s).",
        "%(header)s: %(n)s years of two digits would lie in the future and are read as a hundred years before (%(example)s).",
        count,
    )


def _future(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s day of birth lies in the future (%(example)s).",
        "%(header)s: %(n)s days of birth lie in the future (%(example)s).",
        count,
    )


def _ancient(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s date is from before 1880 (%(example)s).",
        "%(header)s: %(n)s dates are from before 1880 (%(example)s).",
        count,
    )


def _first(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s date is the first of a program's calendar and may say that there is none (%(example)s).",
        "%(header)s: %(n)s dates are the first of a program's calendar and may say that there is none (%(example)s).",
        count,
    )


def _rounded(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s value has more decimals than are kept and is rounded (%(example)s).",
        "%(header)s: %(n)s values have more decimals than are kept and are rounded (%(example)s).",
        count,
    )


def _total_skipped(count: int) -> str:
    return ngettext(
        "%(n)s row looks like a total and is skipped (%(example)s).",
        "%(n)s rows look like totals and are skipped (%(example)s).",
        count,
    )


def _total_taken(count: int) -> str:
    return ngettext(
        "%(n)s row looks like a total and is taken like the others (%(example)s).",
        "%(n)s rows look like totals and are taken like the others (%(example)s).",
        count,
    )


def _thousands(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s number may be thousands and is read as decimals (%(example)s): say which sign begins the decimals.",
        "%(header)s: %(n)s numbers may be thousands and are read as decimals (%(example)s): say which sign begins the decimals.",
        count,
    )


def _zeros(count: int) -> str:
    return ngettext(
        "%(header)s: %(n)s number would be a CPF or CNPJ with the zeros that a spreadsheet takes away (%(example)s).",
        "%(header)s: %(n)s numbers would be a CPF or CNPJ with the zeros that a spreadsheet takes away (%(example)s).",
        count,
    )
