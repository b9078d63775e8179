import pytest

from crm.records.errors import InvalidRecord
from crm.records.writing import saving


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
