"""R-20: documents and phones are the same with and without punctuation, for forms, worksheets and the database."""

import pytest
from django.db import IntegrityError, transaction

from crm.records.errors import InvalidRecord
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition

WRITTEN, BARE = "529.982.247-25", "52998224725"


@pytest.fixture
def people(define):
    return define(tax=FieldDefinition("tax", "CPF / CNPJ", unique=True), name="Varchar 50")


def test_r20_a_repeated_number_is_refused_whatever_its_punctuation(people, admin):
    saving.create(people, {"tax": WRITTEN}, by=admin)

    with pytest.raises(InvalidRecord) as refusal:
        saving.create(people, {"tax": BARE}, by=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        people.objects.create(tax=BARE)

    assert list(refusal.value.errors) == ["tax"]


def test_r20_rows_find_their_record_whatever_the_punctuation(people, admin, import_text):
    saving.create(people, {"tax": WRITTEN, "name": "Ana"}, by=admin)

    came = import_text(f"tax,name\n{BARE},Anna\n12.ABC.345/01DE-35,Firma\n", entity="PT", key="tax")

    assert came.counts == {"rows": 2, "created": 1, "updated": 1}
    assert list(people.objects.order_by("name").values_list("tax", "name")) == [
        (BARE, "Anna"), ("12ABC34501DE35", "Firma"),
    ]  # fmt: skip


def test_r20_a_number_twice_in_a_worksheet_is_refused(people, import_text):
    came = import_text(f"name,tax\nAna,{WRITTEN}\nBea,{BARE}\n", entity="PT", mode="create")

    assert came.counts == {"rows": 2, "errors": 2}
    assert {column for _row, column, _value, _reason in came.errors} == {"tax"}
