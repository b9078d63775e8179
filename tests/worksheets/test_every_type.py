"""Every row of the reference's table of field types (§1.2): form, worksheet and JSON store the same, and it comes out again.

What the system fills is in `test_filled_by_the_system.py`.
"""

import csv
import io

import pytest

from crm.records.writing import saving
from crm.schema import fieldtypes
from crm.schema.record import held
from crm.worksheets.exporting.columns import columns_of
from crm.worksheets.exporting.export import Export, ExportStream
from crm.worksheets.formats.formula_escaping import guarded
from crm.worksheets.formats.writing import FORMATS
from tests.schema.fieldtypes.test_reference import ROWS, entity_with


def exported(model) -> str:
    return b"".join(
        ExportStream(Export(model.objects.order_by("id"), columns_of(model, ["id", "value"])), FORMATS["csv"])
    ).decode()


@pytest.mark.parametrize("label", ROWS)
def test_form_worksheet_and_json_are_one(admin, client, customers, import_text, label):
    row = ROWS[label]
    saving.create(customers, {"email": "ana@example.com"}, by=admin, record_id="ana")
    model = entity_with(label, row.options)
    field = model.entity.field("value")
    client.force_login(admin.user)

    by_json = saving.create(model, {"value": row.sent}, by=admin)
    written = row.sent if isinstance(row.sent, str) else fieldtypes.get(label).form_value(by_json.value, field)
    by_form = client.post("/crm/PT/new/", {"value": written})
    target = io.StringIO()
    csv.writer(target).writerows([["id", "value"], ["", row.cell]])
    by_worksheet = import_text(target.getvalue(), entity="PT", empty_key="create")

    assert (by_form.status_code, by_worksheet.counts) == (302, {"rows": 1, "created": 1})
    records = list(model.objects.all())
    assert [held(record, "value") for record in records] == [held(records[0], "value")] * 3
    sheet = exported(model)
    assert {cells["value"] for cells in csv.DictReader(io.StringIO(sheet, newline=""))} == {guarded(row.cell)}
    assert import_text(sheet, entity="PT").counts == {"rows": 3, "unchanged": 3}
