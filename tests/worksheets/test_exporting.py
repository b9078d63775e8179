"""Out and in again: nothing changes, whatever the records hold; and no cell becomes a formula."""

import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.records import saving
from crm.records.errors import InvalidRecord
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.worksheets import exporting
from crm.worksheets.errors import InvalidMapping

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


def csv_of(model, *, raw: bool = False) -> str:
    target = io.StringIO(newline="")
    exporting.write_csv(target, exporting.sorted_by(model.objects.all(), ""), exporting.all_fields(model.entity), raw=raw)
    return target.getvalue()


@pytest.fixture
def parts(define, customers, admin):
    """An entity with a field of every type, and two customers to refer to."""
    for name in ("ana", "bea"):
        saving.create(customers, {"email": f"{name}@example.com"}, by=admin, record_id=name)
    filled = {f"filled{n}": label for n, label in enumerate(fieldtypes.labels()) if fieldtypes.get(label).filled_with}
    written = {NAMES[label]: FieldDefinition(NAMES[label], label, options=OPTIONS.get(label, {})) for label in VALUES}
    return define(**filled, **written)


def test_there_is_a_round_trip_for_every_type_with_a_column():
    assert set(VALUES) == {label for label in fieldtypes.labels() if not fieldtypes.get(label).filled_with} - {"Rule"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.fixed_dictionaries({}, optional={NAMES[label]: values for label, values in VALUES.items()}), min_size=1, max_size=8
    )
)
def test_r12_an_export_imported_by_id_changes_nothing(parts, admin, import_text, rows):
    parts.objects.all().delete()
    for row in rows:
        try:
            saving.create(parts, row, by=admin)
        except InvalidRecord:  # hypothesis found a text that no record takes
            continue
    before = list(parts.objects.order_by("id").values())

    if before:
        assert import_text(csv_of(parts), entity="PT", allow_consent=True).counts == {
            "rows": len(before),
            "unchanged": len(before),
        }
    assert list(parts.objects.order_by("id").values()) == before


@pytest.mark.parametrize("empty", ["keep", "clear"])
def test_r12_customers_go_out_and_in_again(customers, admin, import_text, empty):
    saving.create(
        customers, {"email": "ana@example.com", "firstName": "=Ana", "birthDate": "1990-02-03", "approved": True}, by=admin
    )
    saving.create(customers, {"document": "529.982.247-25", "documentType": "cpf", "cellPhone": "+55 (11) 99999-0000"}, by=admin)

    assert import_text(csv_of(customers), empty=empty, allow_consent=True).counts == {"rows": 2, "unchanged": 2}


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
    assert exporting.guarded(text) == written


def test_one_quote_is_taken_away_when_reading(customers, import_text):
    import_text("email,firstName,lastName\na@b.co,'=1,''=1\nc@d.co,'x,''x\ne@f.co,'[null],[null]\n", key="email")

    assert list(customers.objects.order_by("email").values_list("firstName", "lastName")) == [
        ("=1", "'=1"), ("'x", "''x"), ("[null]", None),
    ]  # fmt: skip


def test_unknown_fields_are_refused(customers):
    with pytest.raises(InvalidMapping, match="CL has no field nope"):
        exporting.check_fields(customers.entity, ["email", "nope"])
