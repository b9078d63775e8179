"""Tables as ods. Every text is a cell of type string: nothing in the file is a formula."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from crm.worksheets.formats.tables import Block, CellKind, Table
from crm.worksheets.formats.writing.base import WriteFormat, sheet_name
from crm.worksheets.formats.writing.markup import BETWEEN, IMPOSSIBLE, apart, escaped, together
from crm.worksheets.formats.writing.zipping import zipped

MIME = "application/vnd.oasis.opendocument.spreadsheet"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACES = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text", "style", "manifest", "meta")
} | {"number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"}
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# What a paragraph does not keep as it is: blanks at an end or after another, tabs, lines.
UNEVEN = re.compile(rf"  |[\t\n\r]|(?:\A|{BETWEEN}) | (?:{BETWEEN}|\Z)")
BLANKS = re.compile(r"(?<=[ \t\n]) +|\A +| +\Z| +(?=[\t\n])")
TEXT, DATE = "text", "date"
STYLES = (
    '<number:text-style style:name="N1"><number:text-content/></number:text-style>'
    '<number:date-style style:name="N2"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>'
    f'<style:style style:name="{TEXT}" style:family="table-cell" style:data-style-name="N1"/>'
    f'<style:style style:name="{DATE}" style:family="table-cell" style:data-style-name="N2"/>'
)
STYLE_OF: dict[CellKind, str] = {"text": TEXT, "date": DATE}


class OdsFormat(WriteFormat):
    name: ClassVar[str] = "ods"
    label: ClassVar[str] = "OpenDocument (ods)"
    content_type: ClassVar[str] = MIME
    most_rows: ClassVar[int] = 1_048_576
    most_columns: ClassVar[int] = 16_384

    def chunks(self, table: Table) -> Iterator[bytes]:
        parts = [
            ("mimetype", MIME),
            ("META-INF/manifest.xml", _manifest()),
            ("meta.xml", _meta(table.at)),
            ("content.xml", _content(table)),
        ]
        return zipped(parts, table.at, stored=("mimetype",))


def _content(table: Table) -> Iterator[str]:
    yield (
        f'{HEAD}<office:document-content {_spaces("office", "table", "text", "style", "number")} office:version="1.3">'
        f"<office:automatic-styles>{STYLES}</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="{escaped(sheet_name(table.title))}">{"".join(map(_column, table.kinds))}'
    )
    yield _rows(["text"] * len(table.headers), list(zip(*table.heads, strict=True)))
    for block in table.blocks:
        yield _rows(table.kinds, block)
    yield "</table:table></office:spreadsheet></office:body></office:document-content>"


def _column(kind: CellKind) -> str:
    style = STYLE_OF.get(kind)
    return f'<table:table-column table:default-cell-style-name="{style}"/>' if style else "<table:table-column/>"


def _rows(kinds: Sequence[CellKind], block: Block) -> str:
    columns = [_cells(kind, column) for kind, column in zip(kinds, block, strict=True)]
    return "".join([f"<table:table-row>{''.join(cells)}</table:table-row>" for cells in zip(*columns, strict=True)])


def _cells(kind: CellKind, column: Sequence[str | None]) -> list[str]:
    if kind == "text":
        return _texts(column)
    write = {"number": _number, "date": _date, "boolean": _boolean}[kind]
    return [write(cell) if cell else EMPTY for cell in column]


EMPTY = "<table:table-cell/>"
START = f'<table:table-cell table:style-name="{TEXT}" office:value-type="string"><text:p>'
END = "</text:p></table:table-cell>"


def _texts(column: Sequence[str | None]) -> list[str]:
    whole = together(column)
    if not whole.isprintable():
        whole = IMPOSSIBLE.sub("\ufffd", whole)
    is_uneven = UNEVEN.search(whole)
    texts = apart(whole.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    if is_uneven:
        return list(map(_uneven, texts))
    return [f"{START}{text}{END}" if text else EMPTY for text in texts]


def _uneven(text: str) -> str:
    """LibreOffice 7 drops `text:tab` of a plain paragraph; it reads the attribute, which other programs do not need."""
    if not text:
        return EMPTY
    start = START
    if "\t" in text:
        value = text.replace('"', "&quot;").replace("\t", "&#9;").replace("\r\n", "\n").replace("\r", "\n").replace("\n", "&#10;")
        start = START.replace("><text:p>", f' office:string-value="{value}"><text:p>')
    return f"{start}{_paragraphs(text)}{END}"


def _paragraphs(text: str) -> str:
    blanks = BLANKS.sub(lambda found: f'<text:s text:c="{len(found[0])}"/>', text.replace("\r\n", "\n").replace("\r", "\n"))
    return blanks.replace("\t", "<text:tab/>").replace("\n", "</text:p><text:p>")


def _number(cell: str) -> str:
    if not NUMBER.fullmatch(cell) or sum(map(str.isdigit, cell)) > 15:  # its last digits would be lost
        return _texts([cell])[0]
    return f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}{END}'


def _date(cell: str) -> str:
    return f'<table:table-cell table:style-name="{DATE}" office:value-type="date" office:date-value="{cell}"><text:p>{cell}{END}'


def _boolean(cell: str) -> str:
    return f'<table:table-cell office:value-type="boolean" office:boolean-value="{cell}"><text:p>{cell.upper()}{END}'


def _manifest() -> str:
    entries = [("/", MIME), ("content.xml", "text/xml"), ("meta.xml", "text/xml")]
    listed = "".join(f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>' for path, kind in entries)
    return f'{HEAD}<manifest:manifest {_spaces("manifest")} manifest:version="1.3">{listed}</manifest:manifest>'


def _meta(at: datetime) -> str:
    created = f"<meta:creation-date>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</meta:creation-date>"
    return (
        f"{HEAD}<office:document-meta {_spaces('office', 'meta')} "
        f'office:version="1.3"><office:meta>{created}</office:meta></office:document-meta>'
    )


def _spaces(*names: str) -> str:
    return " ".join(f'xmlns:{name}="{SPACES[name]}"' for name in names)
