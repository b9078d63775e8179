import io
import zipfile
from collections.abc import Callable

import pytest

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)


def zipped(parts: dict[str, str | bytes]) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target


@pytest.fixture
def zip_of() -> Callable[[dict[str, str | bytes]], io.BytesIO]:
    return zipped


@pytest.fixture
def xlsx() -> Callable[..., io.BytesIO]:
    """A workbook of one sheet with these rows; parts may be replaced, added, or left out as None."""

    def made(rows: str = "", *, strings: str = "", styles: str = "", workbook: str = "", **parts) -> io.BytesIO:
        content = {
            "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="{TYPES}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{TYPES}">{workbook}<sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
            f'<Relationship Id="r1" Type="{TYPES}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{TYPES}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
            f'<Relationship Id="r3" Type="{TYPES}/styles" Target="styles.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
        }  # fmt: skip
        content.update({name.replace("__", "/"): part for name, part in parts.items()})
        return zipped({name: part for name, part in content.items() if part is not None})

    return made


@pytest.fixture
def ods() -> Callable[..., io.BytesIO]:
    """A document with these sheets, each as its XML."""

    def made(*sheets: str, styles: str = "") -> io.BytesIO:
        content = (
            f"<office:document-content {OFFICE}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body></office:document-content>"
        )
        return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})

    return made
