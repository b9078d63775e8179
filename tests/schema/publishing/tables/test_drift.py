"""What was published, compared with the database."""

import pytest
from django.db import connection

from crm.schema.draft import editing
from crm.schema.models import Field
from crm.schema.publishing import publishing
from crm.schema.publishing.tables import drift


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def with_everything(add_field, customers, operator, retype):
    """A hidden field, a kept column, an index of each kind."""
    add_field("code", "Varchar 50", unique=True)
    add_field("fax", "Varchar 50")
    add_field("points", "Decimal")
    retype("points", "Integer")
    editing.hide_field(Field.objects.get(name="fax"))
    customers.indexes.create(name="names", fields=["lastName", "firstName"])
    publishing.publish(by=operator)
    return Field.objects.get(name="points")


def test_what_was_just_published_is_there(with_everything):
    assert drift.drift() == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ('ALTER TABLE record_cl DROP COLUMN "fax"', "Column record_cl.fax is missing."),
        ('DROP INDEX "cl_names_idx"', "Index cl_names_idx on record_cl is missing."),
        ('DROP INDEX "cl_code_uniq"', "Index cl_code_uniq on record_cl is missing."),
        ('ALTER TABLE record_cl DROP COLUMN "gender"', "Column record_cl.gender is missing."),
    ],
)
def test_what_is_missing_is_named(with_everything, statement, said):
    execute(statement)

    assert drift.drift() == [said]


def test_a_kept_column_is_missed_too(with_everything):
    (kept,) = publishing.published_snapshot().entities["CL"].kept
    execute(f'ALTER TABLE record_cl DROP COLUMN "{kept.name}"')

    assert drift.drift() == [f"Column record_cl.{kept.name} is missing."]


def test_an_index_that_lets_values_repeat_is_told(with_everything):
    execute('DROP INDEX "cl_code_uniq"')
    execute('CREATE INDEX "cl_code_uniq" ON record_cl (code)')

    assert drift.drift() == ["Index cl_code_uniq on record_cl is not unique, published as unique."]


def test_a_column_of_another_type_is_told(with_everything):
    execute('ALTER TABLE record_cl DROP COLUMN "gender"')
    execute('ALTER TABLE record_cl ADD COLUMN "gender" integer')

    assert drift.drift() == ["Column record_cl.gender is integer, published as varchar(10)."]
