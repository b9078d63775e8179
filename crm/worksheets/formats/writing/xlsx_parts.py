"""The fixed parts of an xlsx package around its sheets."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from crm.worksheets.formats.tables import CellKind
from crm.worksheets.formats.writing.markup import escaped

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"

# The styles by their place.
NUMBER, TEXT, DATE, BOLD = 0, 1, 2, 3
STYLE_OF: dict[CellKind, int] = {"number": NUMBER, "boolean": NUMBER, "text": TEXT, "date": DATE}
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def sheet_part(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


def around(sheets: Sequence[str], at: datetime, *, hidden: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """All parts of a workbook with sheets of these names, except the sheets themselves."""
    numbered = list(enumerate(sheets, start=1))
    types = "".join(f'<Override PartName="/{sheet_part(n)}" ContentType="{SPREADSHEET}.worksheet+xml"/>' for n, _name in numbered)
    yield (
        "[Content_Types].xml",
        (
            f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>{types}'
            f'<Override PartName="/xl/styles.xml" ContentType="{SPREADSHEET}.styles+xml"/>'
            '<Override PartName="/docProps/core.xml" '
            'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
        ),
    )
    yield (
        "_rels/.rels",
        _relations(
            (f"{OFFICE}/officeDocument", "xl/workbook.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
    )
    yield (
        "docProps/core.xml",
        (
            f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</dcterms:created>'
            "</cp:coreProperties>"
        ),
    )
    states = dict.fromkeys(hidden, ' state="hidden"')
    listed = "".join(f'<sheet name="{escaped(name)}" sheetId="{n}"{states.get(name, "")} r:id="rId{n}"/>' for n, name in numbered)
    yield "xl/workbook.xml", f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    targets = [(f"{OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n, _name in numbered]
    yield "xl/_rels/workbook.xml.rels", _relations(*targets, (f"{OFFICE}/styles", "styles.xml"))
    yield "xl/styles.xml", STYLES


def sheet_start(kinds: Sequence[CellKind], widths: Sequence[int] = (), *, heads: int = 1) -> str:
    """Up to the first row: the names stay in view, and what is typed below it gets its column's format."""
    wide = list(widths) or [18] * len(kinds)
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" style="{STYLE_OF[kind]}" customWidth="1"/>'
        for n, (kind, width) in enumerate(zip(kinds, wide, strict=True), start=1)
    )
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        f'<pane ySplit="{heads}" topLeftCell="A{heads + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
    )


def _relations(*targets: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'
