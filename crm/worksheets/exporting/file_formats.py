"""The format of a file that a person downloads: one that spreadsheets in their language open rightly, unless chosen otherwise."""

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.schema.fieldtypes.local_format import local_format
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.formats.writing import FORMATS, CsvFormat, WriteFormat

PLAIN = "plain"  # as programs read it, and as commands write it
DIVIDED = {";": ";", ",": ",", "tab": "\t"}
DELIMITERS = {
    ";": gettext_lazy("semicolons, as spreadsheets expect where decimals have a comma"),
    ",": gettext_lazy("commas"),
    "tab": gettext_lazy("tabs"),
    PLAIN: gettext_lazy("commas, for programs: without the mark that tells spreadsheets how letters are written"),
}


def default_format() -> str:
    """Excel and its like misread csv where decimals have a comma, so that a workbook is better there."""
    return "xlsx" if has_decimal_comma() else "csv"


def default_delimiter() -> str:
    return ";" if has_decimal_comma() else ","


def has_decimal_comma() -> bool:
    return local_format().decimal == ","


def requested_format(query: QueryDict) -> WriteFormat:
    """Raises InvalidMapping."""
    return chosen_format(query.get("_format") or default_format(), query.get("_delimiter") or default_delimiter())


def chosen_format(name: str, delimiter: str) -> WriteFormat:
    """The format of that name; the delimiter is that of a csv. Raises InvalidMapping."""
    if name not in FORMATS:
        raise InvalidMapping(_("There is no format “%s”.") % name[:20])
    return _csv(delimiter) if name == CsvFormat.name else FORMATS[name]


def _csv(delimiter: str) -> CsvFormat:
    if delimiter == PLAIN:
        return CsvFormat()
    if delimiter not in DIVIDED:
        raise InvalidMapping(_("“%s” divides no columns here.") % delimiter[:20])
    return CsvFormat(DIVIDED[delimiter], has_mark=True)
