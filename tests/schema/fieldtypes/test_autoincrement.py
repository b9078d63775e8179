import pytest

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.draft.fitting import changed, fitted
from crm.schema.errors import InvalidField

KIND = fieldtypes.get("Auto Increment")


def test_it_is_unique_and_filled_by_the_system():
    field = fitted(FieldDefinition("n", "Auto Increment"))

    assert (field.unique, KIND.filled_with) == (True, "number")
    with pytest.raises(InvalidField, match="always unique"):
        changed(field, {"unique": False})


@pytest.mark.parametrize(
    "definition", [FieldDefinition("n", "Auto Increment", nullable=False), FieldDefinition("n", "Auto Increment", default=1)]
)
def test_r31_it_is_neither_required_nor_has_a_default(definition):
    with pytest.raises(InvalidField, match="Auto Increment cannot"):
        fitted(definition)


def test_cell_and_json_are_the_number():
    field = FieldDefinition("n", "Auto Increment")

    assert (KIND.cell(7, field), KIND.to_json(7, field), KIND.from_history(7, field)) == ("7", 7, 7)
