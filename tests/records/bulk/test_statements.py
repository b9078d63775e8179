"""The statements that merges and undos share."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from crm.records.bulk import statements
from crm.records.models import RecordChange
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition, IndexDefinition


@pytest.fixture
def ana(customers, admin):
    return saving.create(customers, {"email": "ana@example.com", "firstName": "Ana"}, by=admin)


def test_a_lost_unique_value_is_tried_again_after_asking_who_took_it(db):
    asked = []

    def write(attempt: int) -> str:
        if attempt < 2:
            raise IntegrityError("taken")
        return f"attempt {attempt}"

    assert statements.retried(write, on_conflict=lambda: asked.append(1)) == "attempt 2"
    assert len(asked) == 2


def test_the_last_conflict_is_raised(db):
    def write(attempt: int) -> None:
        raise IntegrityError(f"attempt {attempt}")

    with pytest.raises(IntegrityError, match=f"attempt {statements.ATTEMPTS - 1}"):
        statements.retried(write)


def test_a_failed_attempt_leaves_nothing_behind(customers, ana):
    def write(attempt: int) -> None:
        statements.execute(f"UPDATE record_cl SET \"firstName\" = 'attempt {attempt}'")
        if attempt == 0:
            raise IntegrityError("taken")

    statements.retried(write, on_conflict=ana.refresh_from_db)

    assert ana.firstName == "Ana"


def test_an_update_makes_a_version_and_says_who_wrote(customers, ana, change_set):
    ids = "(SELECT id AS record_id FROM record_cl) s"

    count = statements.update(customers, change_set, {"firstName": "'Eva'"}, ids, "r.id = s.record_id")

    ana.refresh_from_db()
    assert (count, ana.firstName, ana.crm_version, ana.updatedBy) == (1, "Eva", 2, str(change_set.user))
    assert ana.updatedIn == ana.lastInteractionIn


def test_history_is_remembered_of_each_row_of_a_source(customers, ana, change_set):
    statements.remember(customers, change_set, "c", "NULL", "record_cl r", record_id="r.id", row="7")

    change = RecordChange.objects.get(change_set=change_set)
    assert (change.record_id, change.row, change.kind, change.before, change.entity) == (ana.pk, 7, "c", None, "CL")


def test_values_that_occur_twice_are_found(db):
    source = "(SELECT 'a' AS v UNION ALL SELECT 'b' UNION ALL SELECT {}) t"

    assert statements.any_twice(["v"], source.format("'a'"))
    assert not statements.any_twice(["v"], source.format("'c'"))


def test_a_released_value_is_emptied_only_where_it_changes(customers, ana):
    def value(new: str):
        return statements.rows(f"SELECT {statements.released('email', new)} FROM record_cl r")[0][0]

    assert value("'ana@example.com'") == "ana@example.com"
    assert value("'eva@example.com'") is None


def test_locks_are_taken_in_the_order_of_ids(customers, ana):
    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        statements.lock("record_cl", "SELECT id FROM record_cl")
        statements.hold("record_cl", "SELECT id FROM record_cl")

    locks = [query["sql"] for query in queries if "ORDER BY id" in query["sql"]]
    assert [lock.rpartition("ORDER BY id ")[2] for lock in locks] == (
        ["FOR UPDATE", "FOR KEY SHARE"] if connection.vendor == "postgresql" else []
    )


def test_unique_names_are_those_of_fields_and_of_indexes(define):
    model = define(
        indexes=(IndexDefinition("code_size", ("code", "size"), unique=True), IndexDefinition("sizes", ("size",))),
        code="Varchar 50",
        size="Integer",
        serial=FieldDefinition("serial", "Varchar 50", unique=True),
    )

    assert statements.unique_names(model.entity) == [("serial",), ("code", "size")]
