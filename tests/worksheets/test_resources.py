"""Entities as resources of django-import-export: read as the bulk path reads, written with history."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from tablib import Dataset

from crm.people.models import Role
from crm.records.models import RecordChange
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.draft.editing import change_field
from crm.schema.generated import current
from crm.schema.models import Field as DataField
from crm.schema.publishing.publishing import publish
from crm.schema.record import held
from crm.worksheets.formats.formula_escaping import guarded
from crm.worksheets.resources import resource_for
from tests.schema.fieldtypes.test_reference import ROWS, entity_with


def dataset(text: str) -> Dataset:
    headers, *rows = csv.reader(io.StringIO(text))
    return Dataset(*rows, headers=headers)


def outcomes(result) -> dict[str, int]:
    names = {"created": result.totals["new"], "updated": result.totals["update"], "unchanged": result.totals["skip"]}
    return {name: count for name, count in (names | {"errors": len(result.invalid_rows)}).items() if count}


@pytest.fixture
def bring(admin):
    def brought(text: str, *keys: str, entity: str = "CL", dry_run: bool = False, **options):
        resource = resource_for(entity, keys=keys or ("email",), **options)(actor=admin)
        return resource.import_data(dataset(text), dry_run=dry_run)

    return brought


FILES = {
    "values": "E-mail,firstName,birthDate,isCorporate\nc1@example.com,Ana,1990-01-31,sim\nNEW@example.com,Bea,,nao\n",
    "refusals": "email,birthDate,document\nc1@example.com,soon,\nno mail,1990-01-31,\nc2@example.com,1990-01-31,1\n",
    "the same": "email,firstName\nC1@EXAMPLE.com,C1\nc2@example.com,\n",
    "cleared and guarded": "email,firstName,lastName\nc1@example.com,[null],'=1+1\nc2@example.com,'[null],-12\n",
    "repeated": "email,firstName\nc1@example.com,A\nC1@example.com,B\nc2@example.com,C\n",
    "taken": "email,userId\nc1@example.com,u2\nc3@example.com,u3\n",
    "consent": "email,isNewsletterOptIn,approved\nc1@example.com,yes,no\nc4@example.com,yes,yes\n",
    "without a key": "email,firstName,birthDate\nc1@example.com,Ana,\n,Total,soon\n",
    "ignored": "email,createdIn,birthDateMonth,firstName\nc1@example.com,2020-01-01,3,Ana\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_file_is_read_as_the_bulk_path_reads_it(customers, admin, bring, import_text, text):
    def begin() -> None:
        customers.objects.all().delete()
        for n in (1, 2):
            values = {"email": f"c{n}@example.com", "firstName": f"C{n}", "lastName": "L", "userId": f"u{n}", "approved": n == 1}
            saving.create(customers, values, by=admin)

    def stored() -> list[dict]:
        system = {"id", "createdIn", "updatedIn", "lastInteractionIn", "crm_version"}
        return [
            {name: value for name, value in row.items() if name not in system}
            for row in customers.objects.order_by("email").values()
        ]

    begin()
    by_bulk, bulk_rows = import_text(text, key="email"), stored()
    begin()
    result, rows = bring(text), stored()

    assert rows == bulk_rows
    skipped = by_bulk.counts.pop("skipped", 0)  # the library counts them among the unchanged
    by_bulk.counts["unchanged"] = by_bulk.counts.get("unchanged", 0) + skipped
    assert outcomes(result) == {name: count for name, count in by_bulk.counts.items() if count and name != "rows"}
    refused = {(row.number + 1, *sorted(row.error_dict)) for row in result.invalid_rows}
    assert refused == {(row, column) for row, column, _value, _reason in by_bulk.errors}


@pytest.mark.parametrize(
    ("text", "keys", "names"),
    [
        ("userId,firstName\nA-1,Ana\nTotal geral,\n", ["userId"], ["Ana"]),
        ("firstName,rclastcartvalue\nAna,10.50\nTotal,10.50\n", ["id"], ["Ana"]),
    ],
)
def test_a_row_of_totals_is_nobody(customers, bring, text, keys, names):
    bring(text, *keys)

    assert list(customers.objects.values_list("firstName", flat=True)) == names


HELD = {
    "an option that was retired": "email,tier\nv1@example.com,=Gold\n",
    "one that is guarded": "email,tier\nv1@example.com,'=Gold\n",
    "a value beyond a limit": "email,born\nv1@example.com,1930-01-02T00:00:00\n",
    "with another field": "email,tier,name\nv1@example.com,'=Gold,Ana\n",
    "for another record": "email,tier\nv2@example.com,'=Gold\n",
    "for a new record": "email,tier\nv3@example.com,'=Gold\n",
}
OPTIONS = [{"value": "=Gold"}, {"value": "Silver"}]


@pytest.fixture
def begin_with_held(define, admin):
    """Stores values that their fields refuse now, each time the same."""
    parts = define(
        email=FieldDefinition("email", "Email", unique=True),
        tier=FieldDefinition("tier", "Choice", options={"choices": OPTIONS}),
        born="Date",
        name="Varchar 50",
    )

    def limited(choices: list, minimum: str) -> None:
        fields = DataField.objects.filter(entity__acronym="PT")
        change_field(fields.get(name="tier"), options={"choices": choices})
        change_field(fields.get(name="born"), options={"minimum": minimum})
        publish(by=admin)

    def begun() -> None:
        parts.objects.all().delete()
        limited(OPTIONS, "1900-01-01")
        saving.create(parts, {"email": "v1@example.com", "tier": "=Gold", "born": "1930-01-02"}, by=admin)
        saving.create(parts, {"email": "v2@example.com", "tier": "Silver"}, by=admin)
        limited(OPTIONS[1:], "1950-01-01")

    return begun


@pytest.mark.parametrize("text", HELD.values(), ids=HELD)
def test_a_value_that_is_held_is_judged_as_the_bulk_path_judges_it(begin_with_held, bring, import_text, text):
    def stored() -> list[tuple]:
        return list(current.models()["PT"].objects.order_by("email").values_list("email", "tier", "born", "name"))

    begin_with_held()
    by_bulk, bulk_rows = import_text(text, entity="PT", key="email"), stored()
    begin_with_held()
    result, rows = bring(text, entity="PT"), stored()

    assert outcomes(result) == {name: count for name, count in by_bulk.counts.items() if count and name != "rows"}
    assert rows == bulk_rows


def test_a_consent_that_is_withheld_is_no_change(customers, admin, bring, import_text):
    saving.create(customers, {"email": "c1@example.com", "isNewsletterOptIn": False}, by=admin)
    text = "email,isNewsletterOptIn\nc1@example.com,true\n"

    assert import_text(text, key="email").counts["unchanged"] == 1
    assert outcomes(bring(text, dry_run=True)) == outcomes(bring(text)) == {"unchanged": 1}
    assert outcomes(bring(text, allow_consent=True)) == {"updated": 1}


@pytest.mark.parametrize("label", ROWS)
def test_every_type_of_field_is_read_and_written_as_worksheets_do(customers, admin, bring, label):
    saving.create(customers, {"email": "ana@example.com"}, by=admin, record_id="ana")
    model = entity_with(label, ROWS[label].options)
    expected = saving.create(model, {"value": ROWS[label].sent}, by=admin)
    target = io.StringIO()
    csv.writer(target).writerows([["id", "value"], ["", ROWS[label].cell]])

    result = bring(target.getvalue(), "id", entity="PT", empty_key="create")

    assert outcomes(result) == {"created": 1}
    assert {str(held(record, "value")) for record in model.objects.all()} == {str(held(expected, "value"))}
    written = resource_for("PT")(actor=admin).export()
    assert set(written["value"]) == {guarded(ROWS[label].cell)}
    assert outcomes(bring(written.csv, "id", entity="PT")) == {"unchanged": 2}


def test_what_is_written_has_a_history(customers, admin, bring):
    record = saving.create(customers, {"email": "c1@example.com", "firstName": "C1"}, by=admin)

    bring("email,firstName\nc1@example.com,Ana\n")

    change = RecordChange.objects.filter(record_id=record.pk).latest("pk")
    assert (change.kind, change.before, change.change_set.user_name) == ("u", {"firstName": "C1"}, "Ada")


def test_a_preview_writes_nothing_and_shows_the_difference(customers, admin, bring):
    saving.create(customers, {"email": "c1@example.com", "firstName": "C1"}, by=admin)
    changes = RecordChange.objects.count()

    result = bring("email,firstName\nc1@example.com,Ana\n", dry_run=True)

    assert outcomes(result) == {"updated": 1}
    assert any("<ins" in cell and "Ana" in cell for cell in result.rows[0].diff)
    assert (RecordChange.objects.count(), customers.objects.get().firstName) == (changes, "C1")


@pytest.mark.parametrize(
    ("text", "keys"),
    [("email,colour\na@example.com,red\n", ["email"]), ("firstName\nAna\n", ["email"])],
    ids=["an unknown column", "no key"],
)
def test_columns_that_nobody_knows_are_refused_as_a_whole(customers, bring, text, keys):
    result = bring(text, *keys)

    assert result.has_errors() and result.base_errors
    assert not customers.objects.exists()


def test_ids_find_records_and_an_unknown_one_is_refused(customers, admin, bring):
    saving.create(customers, {"email": "c1@example.com"}, by=admin, record_id="one")

    result = bring("id,firstName\nCL-one,Ana\nother,Bea\n,Eva\n", "id", empty_key="create")

    assert outcomes(result) == {"updated": 1, "created": 1, "errors": 1}
    assert sorted(customers.objects.values_list("firstName", flat=True)) == ["Ana", "Eva"]


def test_a_rule_is_exported_and_never_imported(define, admin, bring):
    define("PT", name="Varchar 50", Long=FieldDefinition("Long", "Rule", options={"expression": "name > b"}))
    bring("name,Long\nxa,false\n", "id", entity="PT")

    assert resource_for("PT")(actor=admin).export().dict[0]["Long"] == "true"


@pytest.mark.parametrize("role", [None, Role.READER])
def test_only_who_may_imports_and_exports(customers, person_of, role):
    actor = person_of(role) if role else None
    resource = resource_for("CL", keys=("email",))(actor=actor)

    with pytest.raises(PermissionDenied):
        resource.import_data(dataset("email\na@example.com\n"))
    with pytest.raises(PermissionDenied):
        resource.export()
    assert not current.models()["CL"].objects.exists()


@pytest.mark.parametrize("cell", [0.08, 1, 8.0, Decimal("0.5")])
def test_a_number_that_lost_how_it_was_shown_is_no_percentage(define, admin, cell):
    """Our own readers see that a cell shows 8%; the library gives 0.08 of it, as of one that shows 0.08."""
    define(code=FieldDefinition("code", "Varchar 50", unique=True), share="Percent")
    resource = resource_for("PT", keys=("code",))(actor=admin)

    refused = resource.import_data(Dataset(("a", cell), headers=["code", "share"]))
    taken = resource.import_data(Dataset(("b", "8%"), ("c", 0), headers=["code", "share"]))

    assert (outcomes(refused), outcomes(taken)) == ({"errors": 1}, {"created": 2})
    assert "percentage" in str(refused.invalid_rows[0].error)
