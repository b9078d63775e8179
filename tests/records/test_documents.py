import pytest

from crm.records import saving
from crm.records.documents import is_cpf
from crm.records.errors import InvalidRecord


@pytest.mark.parametrize("number", ["529.982.247-25", "52998224725", "111.444.777-35"])
def test_a_right_number_is_a_cpf_with_and_without_punctuation(number):
    assert is_cpf(number)


@pytest.mark.parametrize("number", ["529.982.247-26", "111.111.111-11", "5299822472", "52998224725x", "", "٥٢٩٩٨٢٢٤٧٢٥"])
def test_a_wrong_number_is_none(number):
    assert not is_cpf(number)


def test_a_document_is_judged_as_cpf_only_when_it_is_said_to_be_one(customers, admin):
    record = saving.create(customers, {"document": "123", "documentType": "passport"}, by=admin)

    with pytest.raises(InvalidRecord) as refusal:
        saving.update(record, {"documentType": "CPF"}, by=admin)

    assert list(refusal.value.errors) == ["document"]


def test_an_old_wrong_document_does_not_hinder_another_change(customers, admin):
    record = saving.create(customers, {"document": "123"}, by=admin)
    customers.objects.update(documentType="cpf")

    saving.update(record, {"firstName": "Ana"}, by=admin)

    assert customers.objects.get().firstName == "Ana"
