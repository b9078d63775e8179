"""Customers to be grouped, and who groups them."""

import pytest
from django.test import Client

from crm.people.models import Role
from crm.records.writing import saving
from crm.schema.draft import new_fields
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish


@pytest.fixture
def spenders(db, operator):
    """CL with `state` and `totalSpent`, and three customers: Ana and Bia of SP, Caio of RJ."""
    for name, kind in (("state", "Varchar 10"), ("totalSpent", "Decimal")):
        draft_and_publish.add_and_publish(
            DataEntity.objects.get(acronym="CL"), new_fields.new_definition(name, kind), by=operator
        )
    model = current.models()["CL"]
    rows = [("Ana", "SP", 2000), ("Bia", "SP", 10), ("Caio", "RJ", 3000)]
    for name, state, spent in rows:
        saving.create(model, {"firstName": name, "state": state, "totalSpent": spent}, by=operator)
    return model


@pytest.fixture
def manager_client(sign_in) -> Client:
    return sign_in(Role.MANAGER)
