"""What the rehearsal says is what the import then does: counts, cells, joins and leaves, refusals; and history says the same.

Whatever the records hold, the worksheet holds, and is chosen: hypothesis looks for a case in which they part.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from clusters.catalogue.creating import create_cluster
from crm.extensions import extensions
from crm.jobs import control
from crm.people.actors import Actor
from crm.records import querying
from crm.records.bulk import preview
from crm.records.bulk.merge import CREATED
from crm.records.errors import InvalidRecord
from crm.records.models import RecordChange
from crm.records.writing import saving
from crm.schema.generated import current
from crm.worksheets.importing import rehearsing
from crm.worksheets.importing.import_jobs import prepare_import
from crm.worksheets.importing.preparing import prepare
from crm.worksheets.models import Worksheet

EXAMPLES = int(os.environ.get("REHEARSAL_EXAMPLES", "60"))
CLUSTERS = {"Dealers": None, "Staff": None, "Spenders": "rclastcartvalue>100", "Both": "Dealers=true AND firstName=A*"}
SYSTEM = {"updatedIn", "updatedBy", "lastInteractionIn", "lastInteractionBy", "crm_version", "crm_search"}

EMAILS = [f"{name}@law.example.com" for name in ("ana", "bea", "eva", "ida")]
CODES = ["1", "2", "3"]
RECORDS = {
    "email": st.sampled_from([None, *EMAILS]), "userId": st.sampled_from([None, *CODES]), "firstName": st.sampled_from([None, "Ana", "bob"]),
    "birthDate": st.sampled_from([None, "1990-02-03"]), "rclastcartvalue": st.sampled_from([None, "50", "100.01"]),
    "Dealers": st.booleans(), "Staff": st.booleans(),
}  # fmt: skip
EMPTY = ["", "", "[null]"]
CELLS = {
    "email": st.sampled_from([*EMAILS, EMAILS[0].upper(), f" {EMAILS[1]} ", "", "no address"]),
    "userId": st.sampled_from([*CODES, *EMPTY]),
    "firstName": st.sampled_from(["Ana", "bob", "x" * 101, *EMPTY]),
    "birthDate": st.sampled_from(["1990-02-03", "2001-12-31", "31/12/2001", *EMPTY]),
    "rclastcartvalue": st.sampled_from(["50", "100.00", "100.01", "many", *EMPTY]),
    "Dealers": st.sampled_from(["sim", "não", "maybe", *EMPTY]),
    "Staff": st.sampled_from(["true", "0", *EMPTY]),
}
HEADERS = list(CELLS)
CHOSEN = st.fixed_dictionaries(
    {
        "key": st.sampled_from(["email", "userId", "email userId"]), "mode": st.sampled_from(["upsert", "update", "create"]),
        "empty": st.sampled_from(["keep", "clear"]), "duplicates": st.sampled_from(["refuse", "first", "last"]),
        "replace": st.sampled_from(["", "Dealers", "Staff"]),
        "columns": st.dictionaries(st.sampled_from(["firstName", "birthDate", "rclastcartvalue"]), st.fixed_dictionaries(
            {"takes": st.sampled_from(["", "new", "empty"]), "wrong": st.sampled_from(["refuse", "empty"])})),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Rehearsed:
    """All that the pages show before the import, with typed values."""

    counts: dict[str, Any]
    cells: dict[str, dict[str, tuple[Any, Any]]]  # by record and field, old and new
    counted: dict[str, int]
    movements: dict[str, list[int]]
    new: list[dict[str, Any]]
    refusals: list[tuple]


@pytest.fixture
def model(db, admin):
    for name, rule in CLUSTERS.items():
        create_cluster(name, rule=rule or "", by=admin)
    return current.models()["CL"]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(st.fixed_dictionaries(RECORDS), max_size=6),
    rows=st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=7),
    chosen=CHOSEN,
)
def test_the_rehearsal_is_what_the_import_does(model, admin, upload, records, rows, chosen):
    with undone_again():
        fill(model, admin, records)
        worksheet = upload("\n".join([";".join(HEADERS), *(";".join(row[name] for name in HEADERS) for row in rows)]), **chosen)
        before, members_before = stored(model), members(model)

        said = rehearsed(worksheet, admin)
        note(said)
        assert stored(model) == before, "a rehearsal writes nothing"
        control.run_here(prepare_import(worksheet, by=admin))

        worksheet.refresh_from_db()
        after, members_after = stored(model), members(model)
        assert worksheet.counts == said.counts
        assert refusals(worksheet) == said.refusals
        assert differences(before, after) == said.cells
        assert counted(said.cells) == said.counted
        assert {
            name: pair for name in CLUSTERS if any(pair := moved(members_before[name], members_after[name]))
        } == said.movements
        assert_created(said.new, [after[record] for record in after if record not in before])
        assert history(worksheet) == told(before, after)


def test_the_law_sees_a_change_that_nobody_rehearsed(model, admin, upload):
    saving.create(model, {"email": EMAILS[0], "firstName": "Ana"}, by=admin)
    worksheet = upload(f"email;firstName\n{EMAILS[0]};Bea\n", key="email")
    before, said = stored(model), rehearsed(worksheet, admin)

    saving.update(model.objects.get(), {"firstName": "Eva"}, by=admin)

    assert differences(before, stored(model)) != said.cells


@contextmanager
def undone_again() -> Iterator[None]:
    """Each example begins with no records."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fill(model, admin: Actor, records: list[dict[str, Any]]) -> None:
    for values in records:
        try:
            with transaction.atomic():
                saving.create(model, values, by=admin)
        except InvalidRecord:  # a unique value that is taken
            continue


def stored(model) -> dict[str, dict[str, Any]]:
    return {row["id"]: {name: value for name, value in row.items() if name not in SYSTEM} for row in model.objects.values()}


def members(model) -> dict[str, set[str]]:
    of = {name: querying.condition(querying.is_true(name), model) for name in CLUSTERS}
    assert set(of) <= set(extensions.cluster_fields(model.entity.acronym))
    return {name: set(model.objects.filter(group).values_list("pk", flat=True)) for name, group in of.items()}


def rehearsed(worksheet: Worksheet, admin: Actor) -> Rehearsed:
    prepared = prepare(worksheet)
    rehearsing.rehearse_in_detail(prepared)
    merge = prepared.merge
    changes = preview.changed_rows(merge, limit=1_000)
    return Rehearsed(
        counts=worksheet.counts,
        cells={change.record.pk: {cell.field: (cell.before, cell.after) for cell in change.cells} for change in changes},
        counted=worksheet.rehearsal["cells"],
        movements=worksheet.rehearsal["movements"],
        new=[dict(row.values) for row in preview.staged_rows(merge, CREATED, limit=1_000)],
        refusals=refusals(worksheet),
    )


def refusals(worksheet: Worksheet) -> list[tuple]:
    return sorted(worksheet.row_errors.values_list("row", "column", "value", "reason", "cause"))


def differences(before: dict[str, dict], after: dict[str, dict]) -> dict[str, dict[str, tuple[Any, Any]]]:
    """Cells of records that were there before; the month follows from the date, and is no cell of its own."""
    found = {
        record: {name: (values[name], after[record][name]) for name in values if values[name] != after[record][name]}
        for record, values in before.items()
    }
    return {record: cells for record, changed in found.items() if (cells := _without_month(changed))}


def _without_month(cells: dict[str, Any]) -> dict[str, Any]:
    return {name: pair for name, pair in cells.items() if name != "birthDateMonth"}


def counted(cells: dict[str, dict]) -> dict[str, int]:
    names = [name for changed in cells.values() for name in changed]
    return {name: names.count(name) for name in names}


def moved(before: set[str], after: set[str]) -> list[int]:
    return [len(after - before), len(before - after)]


def assert_created(rehearsed_rows: list[dict[str, Any]], created: list[dict[str, Any]]) -> None:
    """What a row leaves empty gets the field's default; everything else is as the row says."""
    assert len(created) == len(rehearsed_rows)
    for row in rehearsed_rows:
        said = {name: value for name, value in row.items() if value is not None}
        assert [values for values in created if all(values[name] == value for name, value in said.items())], said


def history(worksheet: Worksheet) -> dict[str, tuple[str, set[str]]]:
    """Of each record that the import touched: how, and which fields."""
    changes = RecordChange.objects.filter(change_set=worksheet.change_set)
    return {change.record_id: (change.kind, set(change.before or {}) - SYSTEM) for change in changes}


def told(before: dict[str, dict], after: dict[str, dict]) -> dict[str, tuple[str, set[str]]]:
    created = {record: ("c", set()) for record in after if record not in before}
    updated = {
        record: ("u", {name for name in values if values[name] != after[record][name]})
        for record, values in before.items()
        if values != after[record]
    }
    return created | updated
