"""What a whole record must fulfil, row by row of a worksheet: as one saved by hand."""

import random

import pytest

from crm.records import bulk
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.tax_numbers import check_digits, is_cpf

GOOD, BAD = "529.982.247-25", "529.982.247-26"


def refused(difference: bulk.Difference) -> list[tuple[int, str, str]]:
    return [(refusal.row, refusal.column, refusal.reason) for refusal in difference.refusals]


@pytest.fixture
def parts(define):
    return define(
        code=FieldDefinition("code", "Varchar 50", unique=True),
        name=FieldDefinition("name", "Varchar 50", nullable=False),
        size=FieldDefinition("size", "Integer", nullable=False, default=7),
    )


@pytest.fixture
def nut(parts, admin):
    return saving.create(parts, {"code": "n", "name": "Nut"}, by=admin)


def test_a_new_record_without_a_required_value_is_refused(merge, parts):
    found = bulk.difference(merge("code name", ["a", None], ["b", "Bolt"], model=parts))

    assert refused(found) == [(2, "name", "This field is required.")]
    assert found.created == 1


def test_a_new_record_is_refused_where_a_required_column_is_missing(merge, parts):
    assert refused(bulk.difference(merge("code", ["a"], model=parts))) == [(2, "name", "This field is required.")]


def test_a_default_fulfils_a_requirement_unless_it_is_cleared(merge, parts):
    rows = [["a", "Axle", None], (["b", "Bolt", None], ",size,")]

    assert refused(bulk.difference(merge("code name size", *rows, model=parts))) == [(3, "size", "This field is required.")]


def test_a_required_value_may_not_be_cleared(merge, parts, nut):
    found = bulk.difference(merge("code name", (["n", None], ",name,"), model=parts))

    assert refused(found) == [(2, "name", "This field is required.")]


def test_an_empty_cell_keeps_a_required_value(merge, parts, nut):
    assert bulk.difference(merge("code name size", ["n", None, 8], model=parts)).updated == 1


def test_an_old_fault_is_no_refusal(merge, parts, nut):
    parts.objects.update(name=None)

    assert bulk.difference(merge("code name size", ["n", None, 8], model=parts, empty="clear")).updated == 1


@pytest.mark.parametrize("kind", ["cpf", "CPF"])
def test_a_new_document_must_be_a_cpf_when_its_type_says_so(merge, kind):
    rows = [["a@b.co", GOOD, kind], ["c@d.co", BAD, kind], ["e@f.co", BAD, "rg"], ["g@h.co", BAD, None]]

    found = bulk.difference(merge("email document documentType", *rows))

    assert [(refusal.row, refusal.column, refusal.value) for refusal in found.refusals] == [(3, "document", BAD)]
    assert found.created == 3


@pytest.mark.parametrize(("column", "value"), [("document", BAD), ("documentType", "cpf")])
def test_a_document_is_judged_with_what_the_record_holds(merge, customers, admin, column, value):
    before = {"document": GOOD, "documentType": "cpf"} if column == "document" else {"document": BAD, "documentType": "rg"}
    saving.create(customers, {"email": "ana@example.com", **before}, by=admin)

    assert [refusal.row for refusal in bulk.difference(merge(f"email {column}", ["ana@example.com", value])).refusals] == [2]


def test_an_old_wrong_document_is_no_refusal(merge, customers, admin):
    saving.create(customers, {"email": "ana@example.com"}, by=admin)
    customers.objects.update(document=BAD, documentType="cpf")

    found = bulk.difference(merge("email document firstName", ["ana@example.com", BAD, "Ana"]))

    assert (found.updated, found.refusals) == (1, [])


def test_the_database_judges_cpfs_as_python_does(merge):
    draw = random.Random(7)
    right = [f"{nine:09d}{check_digits(nine):02d}" for nine in [0, 1, 999_999_999, *(draw.randrange(10**9) for _ in range(300))]]
    wrong = [f"{draw.randrange(10**11):011d}" for _ in range(300)]
    strange = [digit * 11 for digit in "0123456789"] + [
        "1234567890\\",
        "٣" * 11,
        "5299822472é",
        "5299822472",
        "529982247250",
        "a" * 11,
    ]
    written = [f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}" for text in right[:20] + wrong[:20]]
    padded = [f" {text} " for text in right[:5]]
    mispunctuated = ["52998224725.", "5299.82.247-25", "529.982.24725", "529.982-247.25", "...........-..", "529 982 247 25"]
    numbers = [*right, *wrong, *strange, *written, *padded, *mispunctuated]

    found = bulk.difference(
        merge("email document documentType", *([f"{n}@example.com", text, "cpf"] for n, text in enumerate(numbers)))
    )

    assert [numbers[refusal.row - 2] for refusal in found.refusals] == [text for text in numbers if not is_cpf(text)]
