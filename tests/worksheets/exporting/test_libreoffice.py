"""What LibreOffice opens and saves again imports without a change."""

import shutil
import subprocess
from pathlib import Path

import pytest

from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.worksheets.exporting.columns import columns_of
from crm.worksheets.exporting.export import Export, ExportStream
from crm.worksheets.formats.writing import FORMATS

SOFFICE = shutil.which("soffice")
SAVED_AS = {"ods": "ods", "xlsx": "xlsx:Calc MS Excel 2007 XML", "xls": "xls:MS Excel 97"}
NOTES = [
    "a\tb", "a  b", "a \t b", "a\n\nb", "a \n b", "a\n\tb", "=1+1", "'001", "00123", "1,5", '<b>&amp;"q"\t', "1E+10", "é😀", "2020-01-01", "TRUE",
]  # fmt: skip


def saved_again(path: Path, kind: str) -> bytes:
    target = path.parent / "saved"
    command = [SOFFICE, f"-env:UserInstallation=file://{path.parent}/profile", "--headless", "--convert-to", SAVED_AS[kind]]
    subprocess.run([*command, "--outdir", target, path], check=True, capture_output=True, timeout=300)
    return (target / path.name).read_bytes()


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", SAVED_AS)
def test_what_libreoffice_saves_again_changes_nothing(define, admin, import_text, tmp_path, kind):
    model = define(
        note="Text", code=FieldDefinition("code", "Varchar 50", unique=True), price="Decimal", day="Date", moment="Date and Time", flag="Boolean",
    )  # fmt: skip
    for number, note in enumerate(NOTES):
        values = {
            "code": f"00{number}",
            "note": note,
            "price": "1234.5",
            "day": "1980-05-31",
            "moment": "2023-01-05T12:30:00.123456Z",
            "flag": True,
        }
        saving.create(model, values, by=admin)
    columns = columns_of(model, ["id", "code", "note", "price", "day", "moment", "flag"])
    exported = tmp_path / f"export.{kind}"
    exported.write_bytes(b"".join(ExportStream(Export(model.objects.order_by("id"), columns), FORMATS[kind])))

    found = import_text(saved_again(exported, kind), entity="PT")

    assert (found.errors, found.counts) == ([], {"rows": len(NOTES), "unchanged": len(NOTES)})
