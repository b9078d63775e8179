"""Customers with a field of each kind, and imports into them."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.records.writing import saving
from crm.schema.record import Record
from tests.worksheets.rich_customers import publish_rich_customers


@pytest.fixture
def people(db) -> type[Record]:
    return publish_rich_customers()


@pytest.fixture
def stored(people, import_text) -> Callable[..., list[tuple[Any, ...]]]:
    """Imports a file by e-mail and gives these fields of all records, in the order of their e-mails."""

    def imported(content: str | bytes, *fields: str, **choices: Any) -> list[tuple[Any, ...]]:
        found = import_text(content, **{"key": "email", **choices})
        assert found.errors == []
        return list(people.objects.order_by("email").values_list(*fields))

    return imported


@pytest.fixture
def customer(people, admin) -> Callable[..., Record]:
    def made(**values: Any) -> Record:
        return saving.create(people, values, by=admin)

    return made
