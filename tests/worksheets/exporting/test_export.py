"""Out and in again: nothing changes, whatever the records hold; and no cell becomes a formula."""

import csv
import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from crm.records.errors import InvalidRecord
from crm.records.writing import saving
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.schema.record import SYSTEM_FIELDS
from crm.worksheets.errors import DoesNotFit, InvalidMapping
from crm.worksheets.exporting import export
from crm.worksheets.exporting.columns import all_fields, columns_of
from crm.worksheets.exporting.export import Export, ExportStream, sorted_by
from crm.worksheets.formats.formula_escaping import guarded
from crm.worksheets.formats.writing import FORMATS

CHOICES = {"choices": [{"value": "=gold", "label": "Gold"}, {"value": "-silver", "label": {"en": "Silver", "pt-br": "Prata"}}]}
AWKWARD = [
    "=1+1",
    "+5511999",
    "-5",
    "-x",
    "@x",
    "'=x",
    "''=x",
    "''x",
    "'",
    "[null]",
    "'[null]",
    'a "b"',
    "a,b;c|d",
    "0012",
    "1e5",
    "TRUE",
]
SEVERAL = {"choices": [{"value": value} for value in ("=a;b", "c\\d", "@e", "Ouro", "[null]")]}
OPTIONS = {"Choice": CHOICES, "Choices": SEVERAL, "Relationship": {"entity": "CL", "display": "email"}}
texts = st.one_of(st.sampled_from(AWKWARD), st.text(max_size=50))
numbers = st.decimals(
    min_value="-9999999999999.99", max_value="9999999999999.99", places=2, allow_nan=False, allow_infinity=False
)
VALUES = {
    "Boolean": st.booleans(),
    "Choice": st.sampled_from(["=gold", "-silver"]),
    "Choices": st.lists(st.sampled_from([choice["value"] for choice in SEVERAL["choices"]])),
    "Varchar 10": st.one_of(st.sampled_from(AWKWARD), st.text(max_size=10)),
    "Varchar 50": texts,
    "Varchar 100": texts,
    "Varchar 750": texts,
    "Text": st.one_of(st.sampled_from(["two\nlines", "\n=1", "x" * 9000]), texts),
    "Email": st.sampled_from(["ana@example.com", "Ana+1@Example.com", "=ana@example.com", "-a@b.co", "'a@b.co", "+a@b.co", "josé@exãmple.com"]),
    "URL": st.sampled_from(["https://example.com", "http://exãmple.com/a?b=c#d", "https://10.0.0.1:8000/", "http://localhost/x"]),
    "Phone": st.sampled_from(["+55 (11) 99999-0000", "11 3333-4444", "0800 123 4567", "+1 212 555 0100", "1133334444 ramal 12"]),
    "CEP": st.sampled_from(["01310-100", "01310100"]),
    "CPF / CNPJ": st.sampled_from(["529.982.247-25", "52998224725", "11.222.333/0001-81", "12ABC34501DE35"]),
    "Integer": st.integers(-(2**31), 2**31 - 1),
    "Long": st.integers(-(2**63), 2**63 - 1),
    "Decimal": numbers,
    "Currency": numbers,
    "Percent": st.decimals("-99999999999", "99999999999", places=4),
    "Time": st.times().map(lambda time: time.replace(microsecond=0)),
    "Date": st.dates(min_value=date(1, 1, 1)),
    "Relationship": st.sampled_from(["ana", "CL-bea", "BEA@example.com"]),
    "Date and Time": st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)),
}  # fmt: skip
NAMES = {label: f"f{place}" for place, label in enumerate(VALUES)}


def file_of(model, form: str = "csv", *, raw: bool = False, names: list[str] | None = None, labels: str | None = None) -> bytes:
    """`labels` is the language of a second row of names."""
    columns = columns_of(model, names or all_fields(model.entity))
    with translation.override(labels or "en"):
        return b"".join(ExportStream(Export(sorted_by(model.objects.all(), ""), columns, raw, labels is not None), FORMATS[form]))


def csv_of(model, **chosen) -> str:
    return file_of(model, **chosen).decode()


RECORDS = st.lists(
    st.fixed_dictionaries({}, optional={NAMES[label]: values for label, values in VALUES.items()}), min_size=1, max_size=8
)


def stored(model, admin, rows) -> list[dict]:
    model.objects.all().delete()
    for row in rows:
        try:
            saving.create(model, row, by=admin)
        except InvalidRecord:  # hypothesis found a text that no record takes
            continue
    return list(model.objects.order_by("id").values())


def labels_of(label: str) -> dict[str, str]:
    return {"en": f"A {label}", "pt-br": f"=Um {label}", "es": f"'-Un {label}"}


@pytest.fixture
def parts(define, customers, admin):
    """An entity with a field of every type, and two customers to refer to."""
    for name in ("ana", "bea"):
        saving.create(customers, {"email": f"{name}@example.com"}, by=admin, record_id=name)
    filled = {f"filled{n}": label for n, label in enumerate(fieldtypes.labels()) if fieldtypes.get(label).filled_with}
    written = {
        NAMES[label]: FieldDefinition(NAMES[label], label, options=OPTIONS.get(label, {}), labels=labels_of(label))
        for label in VALUES
    }
    return define(**filled, **written)


def test_there_is_a_round_trip_for_every_type_with_a_column():
    assert set(VALUES) == {label for label in fieldtypes.labels() if not fieldtypes.get(label).filled_with} - {"Rule"}


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=RECORDS, labels=st.sampled_from([None, "en", "pt-br", "es"]))
def test_r12_r15_an_export_imported_by_id_changes_nothing(parts, admin, import_text, form, rows, labels):
    before = stored(parts, admin, rows)

    if before:
        assert import_text(file_of(parts, form, labels=labels), entity="PT", allow_consent=True).counts == {
            "rows": len(before),
            "unchanged": len(before),
        }
    assert list(parts.objects.order_by("id").values()) == before


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=RECORDS)
def test_sql_writes_the_cells_that_the_types_write(parts, admin, monkeypatch, rows):
    stored(parts, admin, rows)
    by_sql = list(csv.reader(io.StringIO(csv_of(parts), newline="")))

    with monkeypatch.context() as patch:
        patch.setattr(export, "_sql", lambda *_about: None)
        assert by_sql == list(csv.reader(io.StringIO(csv_of(parts), newline="")))


def test_nearly_every_type_is_written_by_sql(parts, customers):
    columns = [*columns_of(parts, all_fields(parts.entity)), *columns_of(customers, SYSTEM_FIELDS)]

    by_python = {column.type.label for column in columns if not column.type.cell_sql(column.stored, connection.vendor)}
    assert by_python == {"File", "Score2"}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("empty", ["keep", "clear"])
def test_r12_customers_go_out_and_in_again(customers, admin, import_text, empty, form):
    saving.create(
        customers, {"email": "ana@example.com", "firstName": "=Ana", "birthDate": "1990-02-03", "approved": True}, by=admin
    )
    saving.create(customers, {"document": "529.982.247-25", "documentType": "cpf", "cellPhone": "+55 (11) 99999-0000"}, by=admin)

    assert import_text(file_of(customers, form), empty=empty, allow_consent=True).counts == {"rows": 2, "unchanged": 2}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"), ("@x", "'@x"), ("-x", "'-x"), ("+x", "'+x"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
        ("'=1", "''=1"), ("''=1", "'''=1"), ("[null]", "'[null]"), ("'[null]", "''[null]"),
        ("-5", "-5"), ("+55 (11) 99999-0000", "+55 (11) 99999-0000"), ("-1.234,50", "-1.234,50"),
        ("'x", "'x"), ("''x", "''x"), ("'", "'"), ("", ""), ("a=1", "a=1"), ("[null] x", "[null] x"),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_run_is_guarded(text, written):
    assert guarded(text) == written


def test_one_quote_is_taken_away_when_reading(customers, import_text):
    import_text("email,firstName,lastName\na@b.co,'=1,''=1\nc@d.co,'x,''x\ne@f.co,'[null],[null]\n", key="email")

    assert list(customers.objects.order_by("email").values_list("firstName", "lastName")) == [
        ("=1", "'=1"), ("'x", "''x"), ("[null]", None),
    ]  # fmt: skip


def test_unknown_fields_are_refused(customers):
    with pytest.raises(InvalidMapping, match="CL has no field nope"):
        columns_of(customers, ["email", "nope"])


def test_a_workbook_holds_types_and_nothing_that_runs(customers, admin):
    saving.create(
        customers,
        {"firstName": "=1+1", "birthDate": "1990-02-03", "approved": "true", "rclastcartvalue": "12.5", "document": "00123"},
        by=admin,
    )

    sheet = openpyxl.load_workbook(io.BytesIO(file_of(customers, "xlsx"))).active
    cells = dict(zip((cell.value for cell in sheet[1]), sheet[2], strict=True))

    assert (cells["firstName"].value, cells["firstName"].data_type) == ("'=1+1", "s")
    assert (cells["birthDate"].value, cells["birthDate"].number_format) == (datetime(1990, 2, 3), "yyyy\\-mm\\-dd")
    assert (cells["approved"].value, cells["rclastcartvalue"].value) == (True, 12.5)
    assert (cells["document"].value, cells["document"].number_format) == ("00123", "@")


@pytest.mark.parametrize("form", ["xlsx", "ods", "xls"])
def test_another_program_reads_what_is_written(customers, admin, form):
    saving.create(
        customers,
        {"firstName": "João  & <b>", "restrictions": "two\nlines", "birthDate": "1990-02-03", "rclastcartvalue": "-0.10"},
        by=admin,
    )

    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(file_of(customers, form, names=["firstName", "restrictions", "birthDate", "rclastcartvalue", "approved"]))
    ).get_sheet_by_index(0)

    assert sheet.to_python() == [
        ["firstName", "restrictions", "birthDate", "rclastcartvalue", "approved"], ["João  & <b>", "two\nlines", date(1990, 2, 3), -0.1, False],
    ]  # fmt: skip


def test_a_raw_workbook_leaves_texts_as_they_are(customers, admin):
    saving.create(customers, {"firstName": "=1+1"}, by=admin)

    sheet = openpyxl.load_workbook(io.BytesIO(file_of(customers, "xlsx", raw=True, names=["firstName"]))).active

    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize(("form", "fits"), [("csv", True), ("ods", True), ("xlsx", False), ("xls", False)])
def test_a_cell_that_is_too_long_is_refused_before_anything_is_written(customers, admin, form, fits):
    record = saving.create(customers, {"restrictions": "=" + "é" * 32_767}, by=admin)

    if fits:
        assert len(file_of(customers, form)) > 0
    else:
        with pytest.raises(DoesNotFit, match=f"The restrictions of record {record.pk} is longer than the 32,767 characters"):
            file_of(customers, form)


def test_a_table_that_is_too_wide_or_too_long_is_refused(customers, admin, monkeypatch):
    saving.create(customers, {"lastName": "Lima"}, by=admin)
    saving.create(customers, {"lastName": "Lima"}, by=admin)

    monkeypatch.setattr(type(FORMATS["xls"]), "most_rows", 2)
    with pytest.raises(DoesNotFit, match="takes 1 rows; these are 2"):
        file_of(customers, "xls")
    monkeypatch.setattr(type(FORMATS["xls"]), "most_columns", 2)
    with pytest.raises(DoesNotFit, match="takes 2 columns; these are 3"):
        file_of(customers, "xls", names=["id", "email", "firstName"])


def test_a_single_empty_column_is_still_a_row_each(customers, admin):
    saving.create(customers, {"lastName": "Lima"}, by=admin)

    assert csv_of(customers, names=["firstName"]) == 'firstName\n""\n'


def test_system_fields_go_out_as_moments_and_come_in_as_read_only(customers, admin, import_text):
    record = saving.create(customers, {"email": "ana@example.com"}, by=admin)
    text = csv_of(customers, names=["id", "createdIn", "email"])

    assert text.splitlines()[1] == f"{record.pk},{record.createdIn.isoformat().replace('+00:00', 'Z')},ana@example.com"
    assert import_text(text).counts == {"rows": 1, "unchanged": 1}


@pytest.fixture
def orders(define, customers):
    """An entity that refers to customers, and two of its records, one of them to nobody."""
    return define(
        "OR",
        code=FieldDefinition("code", "Varchar 50", unique=True),
        buyer=FieldDefinition("buyer", "Relationship", options={"entity": "CL"}),
    )


@pytest.mark.parametrize("form", FORMATS)
def test_r05_columns_of_related_records_go_out_and_are_left_alone_when_they_come_in(orders, admin, import_text, form):
    ana = saving.create(current.models()["CL"], {"email": "ana@example.com", "firstName": "=Ana", "approved": "true"}, by=admin)
    saving.create(orders, {"code": "1", "buyer": ana.pk}, by=admin)
    saving.create(orders, {"code": "2"}, by=admin)
    names = ["id", "code", "buyer", "buyer.email", "buyer.firstName", "buyer.approved"]

    content = file_of(orders, form, names=names)

    if form == "csv":
        rows = [row[1:] for row in csv.reader(io.StringIO(content.decode()))]
        assert rows == [names[1:], ["1", ana.pk, "ana@example.com", "'=Ana", "true"], ["2", "", "", "", ""]]
    assert import_text(content, entity="OR").counts == {"rows": 2, "unchanged": 2}


@pytest.mark.parametrize("name", ["buyer.nope", "code.email", "buyer.buyer.email", "nope.email"])
def test_related_columns_that_are_not_there_are_refused(orders, name):
    with pytest.raises(InvalidMapping, match=f"OR has no field {name}"):
        columns_of(orders, [name])
