"""A field on CL, drafted and published."""

import pytest

from crm.people.actors import Actor
from crm.schema import adding
from crm.schema.models import DataEntity


@pytest.fixture
def operator() -> Actor:
    return Actor.operator()


@pytest.fixture
def customers(db) -> DataEntity:
    return DataEntity.objects.get(acronym="CL")


@pytest.fixture
def add_field(customers, operator):
    def add(name: str, type_label: str = "Varchar 50", **options) -> int:
        return adding.add_and_publish(customers, adding.new_definition(name, type_label, **options), by=operator)

    return add
