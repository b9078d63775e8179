"""Every row of the reference's table of field types (§1.2): label, JSON, worksheet cell, filter."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import pytest

from crm.people.actors import Actor
from crm.records.writing import saving
from crm.records.writing.json_values import snapshot
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.draft.fitting import fitted
from crm.schema.errors import InvalidField
from crm.schema.generated import current
from crm.schema.publishing import publishing
from crm.worksheets.exporting.columns import columns_of
from crm.worksheets.exporting.export import Export, ExportStream
from crm.worksheets.formats.writing import FORMATS


@dataclass(frozen=True)
class TableRow:
    """What is sent as JSON and comes back, what the cell of an export is, and a filter that finds it (none: no filter)."""

    sent: Any
    json: Any
    cell: str
    asked: str | None
    options: dict[str, Any] | None = None


OPTIONS = {"choices": [{"value": "Gold"}, {"value": "Silver"}]}
ROWS = {
    "Varchar 10": TableRow("abc", "abc", "abc", "abc"),
    "Varchar 50": TableRow("a, b; c", "a, b; c", "a, b; c", "*b*"),
    "Varchar 100": TableRow("Ação", "Ação", "Ação", "acao"),
    "Varchar 750": TableRow("x" * 750, "x" * 750, "x" * 750, "xxx*"),
    "Text": TableRow("two\nlines", "two\nlines", "two\nlines", None),
    "Boolean": TableRow("true", True, "true", "true"),
    "Integer": TableRow(1000000, 1000000, "1000000", ">999999"),
    "Long": TableRow(1000000000, 1000000000, "1000000000", "1000000000"),
    "Decimal": TableRow(2.5, 2.5, "2.50", "2.5"),
    "Currency": TableRow(2.5, 2.5, "2.50", "<3"),
    "Percent": TableRow(85.42, 85.42, "85.42", "85.42"),
    "Date": TableRow("1992-11-17", "1992-11-17", "1992-11-17", "1992-11-17"),
    "Date and Time": TableRow(
        "2016-09-14T19:21:01.3163733Z", "2016-09-14T19:21:01.316373Z", "2016-09-14T19:21:01.316373Z", "2016-09-14"
    ),
    "Time": TableRow("23:50", "23:50", "23:50", None),
    "Email": TableRow("Ana+1@example.com", "Ana+1@example.com", "Ana+1@example.com", "ana+1@example.com"),
    "URL": TableRow("https://example.com/a", "https://example.com/a", "https://example.com/a", "https://example.com*"),
    "Phone": TableRow("+55 (11) 99999-0000", "+5511999990000", "+5511999990000", "(11) 99999-0000"),
    "CEP": TableRow("01310-100", "01310100", "01310100", None),
    "CPF / CNPJ": TableRow("529.982.247-25", "52998224725", "52998224725", "529.982.247-25"),
    "Relationship": TableRow("ANA@example.com", "ana", "ana", "ana@example.com", {"entity": "CL", "display": "email"}),
    "Choice": TableRow("gold", "Gold", "Gold", "Gold", OPTIONS),
    "Choices": TableRow(["Silver", "Gold"], ["Gold", "Silver"], "Gold;Silver", "Silver", OPTIONS),
}
FILLED = {"Auto Increment", "User Login", "Score2", "File"}  # by the system, each with tests of its own


def entity_with(label: str, options: dict[str, Any] | None):
    entity = editing.create_entity("PT", "Parts")
    editing.add_field(entity, FieldDefinition("value", label, labels={"en": "Value"}, options=options or {}))
    publishing.publish(by=Actor.operator())
    return current.models()["PT"]


def test_every_type_is_in_the_table():
    assert set(ROWS) | FILLED | {"Rule"} == set(fieldtypes.labels())


@pytest.mark.parametrize("label", ROWS)
def test_a_value_goes_in_and_comes_out(admin, client, label):
    row = ROWS[label]
    saving.create(current.models()["CL"], {"email": "ana@example.com"}, by=admin, record_id="ana")
    model = entity_with(label, row.options)
    record = saving.create(model, {"value": row.sent}, by=admin, record_id="p")
    saving.create(model, {}, by=admin, record_id="empty")
    field, kind = model.entity.field("value"), fieldtypes.get(label)

    stored = model.objects.get(pk="p")
    history = snapshot(stored, ["value"])["value"]
    assert kind.to_json(kind.from_history(history, field), field) == row.json
    file = b"".join(
        ExportStream(Export(model.objects.filter(pk="p"), columns_of(model, ["value"]), raw=True), FORMATS["csv"])
    ).decode()
    assert next(csv.DictReader(io.StringIO(file, newline="")))["value"] == row.cell
    saving.update(record, {"value": row.json}, by=admin)
    assert model.objects.get(pk="p").crm_version == 1

    client.force_login(admin.user)
    pages = ["/crm/PT/", "/crm/PT/p/", "/crm/PT/new/", "/crm/PT/p/history/", "/crm/PT/?_sort=value DESC"]
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)


@pytest.mark.parametrize("label", ROWS)
def test_a_filter_finds_it_where_the_type_is_one(admin, client, label):
    row = ROWS[label]
    saving.create(current.models()["CL"], {"email": "ana@example.com"}, by=admin, record_id="ana")
    model = entity_with(label, row.options)
    saving.create(model, {"value": row.sent}, by=admin, record_id="p")
    saving.create(model, {}, by=admin, record_id="empty")
    client.force_login(admin.user)

    answer = client.get("/crm/PT/", {"value": row.asked or row.cell})

    assert fieldtypes.get(label).can_be_filter is (row.asked is not None)
    if row.asked is None:
        assert answer.status_code == 400
    else:
        assert [record.pk for record in answer.context["listing"].page.rows] == ["p"]


@pytest.mark.parametrize("label", ["Tag", "Tag Reference", "Flow"])
def test_discontinued_types_are_refused(label):
    with pytest.raises(InvalidField, match="no field type"):
        fitted(FieldDefinition("f", label))


def test_labels_are_those_of_the_reference():
    assert {"CPF / CNPJ", "Auto Increment", "User Login", "Score2", "Date and Time", "CEP", "URL", "Varchar 750"} < set(
        fieldtypes.labels()
    )
