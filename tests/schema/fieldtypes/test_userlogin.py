import pytest

from crm.people.models import User
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.draft.fitting import fitted
from crm.schema.errors import InvalidField

KIND = fieldtypes.get("User Login")
FIELD = FieldDefinition("by", "User Login")


@pytest.mark.parametrize("people", [1, 3])
def test_names_are_shown_in_one_query(db, django_assert_num_queries, people):
    users = [User.objects.create(email=f"p{n}@example.com", name=f"Person {n}") for n in range(people)]
    ids = [None, "a key", "0190a000-0000-7000-8000-000000000000", *(str(user.pk) for user in users)]

    with django_assert_num_queries(1):
        shown = KIND.display_column(ids, FIELD)

    assert shown == ["", "a key", "0190a000-0000-7000-8000-000000000000", *(f"Person {n}" for n in range(people))]


def test_cell_and_json_are_the_id():
    assert (KIND.cell("u-1", FIELD), KIND.to_json("u-1", FIELD), KIND.to_json(None, FIELD)) == ("u-1", "u-1", None)


def test_it_is_filled_at_every_change_or_when_the_record_is_made():
    assert fitted(FieldDefinition("by", "User Login", options={"when": "created"})).options == {"when": "created"}
    with pytest.raises(InvalidField, match="one of changed, created"):
        fitted(FieldDefinition("by", "User Login", options={"when": "never"}))
