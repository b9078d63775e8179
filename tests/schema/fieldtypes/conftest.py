"""One field of a type, and what its type makes of what is written."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import CellFormat, FieldType


@pytest.fixture
def convert() -> Callable[..., tuple[list[Any], list[tuple[int, str]]]]:
    """A column of cells → typed values, and place and cell of what was refused."""

    def converted(kind: FieldType, cells: list[str], form: CellFormat | None = None, **options: Any):
        values, refusals = kind.convert_column(cells, FieldDefinition("f", kind.label, options=options), form or CellFormat())
        return values, [(refusal.position, refusal.cell) for refusal in refusals]

    return converted


@pytest.fixture
def definition() -> Callable[..., FieldDefinition]:
    def made(label: str, **options: Any) -> FieldDefinition:
        assert label in fieldtypes.labels()
        return FieldDefinition("f", label, options=options)

    return made
