"""What applying writes: rows, stamps and history, chunk by chunk."""

import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from crm.records import bulk
from crm.records.models import RecordChange
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition

TYPED = "email firstName birthDate approved rclastcartvalue rclastsessiondate birthDateMonth restrictions"
EVA = [
    "eva@example.com",
    "Eva",
    date(1990, 2, 3),
    True,
    Decimal("12.50"),
    datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    2,
    'says "é"',
]


def totals(chunks: list[bulk.Applied]) -> tuple[int, int]:
    return sum(chunk.created for chunk in chunks), sum(chunk.updated for chunk in chunks)


def before_of(record_id: str) -> dict:
    return RecordChange.objects.get(record_id=record_id, kind="u").before


@pytest.fixture
def ana(customers, admin):
    return saving.create(customers, {"email": "ana@example.com", "userId": "u1", "firstName": "Ana"}, by=admin)


def test_values_of_every_type_are_created(merge, apply, customers):
    apply(merge(TYPED, EVA))

    record = customers.objects.get()
    assert [getattr(record, name) for name in TYPED.split()] == EVA


def test_a_creation_is_stamped_and_takes_defaults(merge, apply, customers, admin):
    apply(merge("email", ["eva@example.com"]))

    record = customers.objects.get()
    assert (record.approved, record.crm_version, record.updatedIn) == (False, 1, None)
    assert record.createdBy == record.lastInteractionBy == str(admin.user.pk)
    assert record.createdIn is not None


def test_the_defaults_of_fields_are_written_where_nothing_is_said(merge, apply, define):
    model = define(
        code=FieldDefinition("code", "Varchar 50", unique=True),
        note=FieldDefinition("note", "Varchar 50", default="it's 100%"),
        size=FieldDefinition("size", "Integer", default=7),
        price=FieldDefinition("price", "Decimal", default="1.50"),
        since=FieldDefinition("since", "Date", default="2026-01-31"),
        fit=FieldDefinition("fit", "Boolean", default=True),
    )

    apply(merge("code note", ["a", None], (["b", None], ",note,"), ["c", "own"], model=model))

    rows = dict(model.objects.values_list("code", "note"))
    assert rows == {"a": "it's 100%", "b": None, "c": "own"}
    assert set(model.objects.values_list("size", "price", "since", "fit")) == {(7, Decimal("1.50"), date(2026, 1, 31), True)}


def test_the_month_of_birth_follows_from_the_date(merge, apply, customers):
    apply(merge("email birthDate", ["eva@example.com", date(1990, 12, 3)], ["ivo@example.com", None]))

    assert dict(customers.objects.values_list("email", "birthDateMonth")) == {"eva@example.com": 12, "ivo@example.com": None}


def test_the_month_of_birth_changes_with_the_date_and_history_knows_it(merge, apply, customers, admin):
    eva = saving.create(customers, {"email": "eva@example.com", "birthDate": "1990-12-03"}, by=admin)

    apply(merge("email birthDate", ["eva@example.com", date(1990, 2, 3)]))

    assert customers.objects.get().birthDateMonth == 2
    assert before_of(eva.pk) == {"birthDate": "1990-12-03", "birthDateMonth": 12}


def test_a_cleared_date_of_birth_clears_its_month(merge, apply, customers, admin):
    saving.create(customers, {"email": "eva@example.com", "birthDate": "1990-12-03"}, by=admin)

    apply(merge("email birthDate", (["eva@example.com", None], ",birthDate,")))

    assert customers.objects.get().birthDateMonth is None


def test_ids_are_distinct_lower_case_and_begin_with_the_time(merge, apply, customers):
    apply(merge("userId", *[[f"u{number}"] for number in range(50)]), size=20)

    ids = dict(customers.objects.values_list("userId", "id"))
    assert len(set(ids.values())) == 50
    assert all(record_id == record_id.lower() and len(record_id) == 36 for record_id in ids.values())
    made = [int(record_id.replace("-", "")[:12], 16) / 1000 for record_id in ids.values()]
    assert all(abs(moment - time.time()) < 60 for moment in made)


def test_an_update_writes_only_what_differs_and_is_stamped(merge, apply, customers, ana, admin):
    assert totals(apply(merge("email firstName lastName", ["ana@example.com", "Anna", None]))) == (0, 1)

    record = customers.objects.get()
    assert (record.firstName, record.userId, record.crm_version, record.updatedBy) == ("Anna", "u1", 2, str(admin.user.pk))
    assert record.lastInteractionIn == record.updatedIn > record.createdIn


def test_what_is_unchanged_is_not_touched(merge, apply, customers, ana):
    assert totals(apply(merge("email firstName", ["ana@example.com", "Ana"]))) == (0, 0)

    assert customers.objects.get().crm_version == 1
    assert RecordChange.objects.count() == 1


def test_history_holds_the_old_values_of_what_changed(merge, apply, customers, admin):
    old = dict(zip(TYPED.split(), EVA, strict=True))
    del old["birthDateMonth"]  # follows from birthDate
    eva = saving.create(customers, old, by=admin)

    apply(
        merge(
            TYPED, ["eva@example.com", "Evy", date(1991, 1, 1), False, Decimal("9.99"), datetime(2026, 5, 5, tzinfo=UTC), 1, "b"]
        )
    )

    before = before_of(eva.pk)
    at = datetime.fromisoformat(before.pop("rclastsessiondate"))
    assert at == EVA[5]
    assert before == {
        "firstName": "Eva", "birthDate": "1990-02-03", "approved": True, "rclastcartvalue": 12.5, "birthDateMonth": 2, "restrictions": 'says "é"',
    }  # fmt: skip
    assert before["approved"] is True


def test_history_holds_null_for_what_was_empty(merge, apply, ana):
    apply(merge("email lastName rclastsessiondate", ["ana@example.com", "Lima", datetime(2026, 5, 5, tzinfo=UTC)]))

    assert before_of(ana.pk) == {"lastName": None, "rclastsessiondate": None}


def test_history_of_a_creation_has_its_row_and_nothing_before(merge, apply, customers, change_set):
    apply(merge("email", ["eva@example.com"]))

    change = RecordChange.objects.get()
    assert (change.kind, change.before, change.row, change.entity) == ("c", None, 2, "CL")
    assert (change.record_id, change.change_set_id) == (customers.objects.get().pk, change_set.pk)


def test_clearing_empties_a_value_and_gives_a_boolean_its_default(merge, apply, customers, ana, admin):
    saving.update(ana, {"approved": True}, by=admin)

    apply(merge("email firstName approved", (["ana@example.com", None, None], ",firstName,approved,")))

    record = customers.objects.get()
    assert (record.firstName, record.approved) == (None, False)


def test_refused_and_skipped_rows_are_left_out(merge, apply, customers, ana):
    rows = [["eva@example.com", "u1", "Eva"], ["ivo@example.com", "u3", "Ivo"]]

    assert totals(apply(merge("email userId firstName", *rows))) == (1, 0)
    assert sorted(customers.objects.values_list("email", flat=True)) == ["ana@example.com", "ivo@example.com"]


@pytest.mark.parametrize(("policy", "kept"), [("first", "Eva"), ("last", "Evy")])
def test_of_rows_with_the_same_key_one_is_written(merge, apply, customers, policy, kept):
    apply(merge("email firstName", ["eva@example.com", "Eva"], ["EVA@example.com", "Evy"], duplicates=policy))

    assert customers.objects.get().firstName == kept


def test_an_interrupted_import_goes_on_and_doubles_nothing(merge, apply, customers, change_set):
    made = merge("email", *[[f"{letter}@example.com"] for letter in "abcde"])
    bulk.difference(made)
    with transaction.atomic():
        half = bulk.apply_chunk(made, change_set, after_row=0, size=2)

    bulk.difference(made)  # a resume rehearses again
    rest = apply(made, size=2)

    assert (half.created, totals(rest)) == (2, (3, 0))
    assert customers.objects.count() == RecordChange.objects.count() == 5


def test_a_chunk_applied_twice_is_written_once(merge, customers, change_set):
    made = merge("email", ["a@example.com"], ["b@example.com"])
    bulk.difference(made)
    for created in (2, 0):
        with transaction.atomic():
            assert bulk.apply_chunk(made, change_set, after_row=0).created == created

    assert customers.objects.count() == RecordChange.objects.count() == 2


def test_what_another_wrote_since_the_rehearsal_is_compared_anew(merge, apply, customers, ana, admin, change_set):
    made = merge("email firstName", ["ana@example.com", "Anna"])
    bulk.difference(made)
    saving.update(ana, {"firstName": "Anna"}, by=admin)

    with transaction.atomic():
        assert bulk.apply_chunk(made, change_set, after_row=0).updated == 0


def test_a_record_that_appeared_since_the_rehearsal_is_not_created_again(merge, customers, admin, change_set):
    made = merge("email firstName", ["eva@example.com", "Eva"], ["ivo@example.com", "Ivo"])
    bulk.difference(made)
    saving.create(customers, {"email": "EVA@example.com"}, by=admin)

    with transaction.atomic():
        assert bulk.apply_chunk(made, change_set, after_row=0).created == 1
    assert customers.objects.count() == 2


def test_a_worksheet_derives_as_a_form_does(merge, apply, customers, admin):
    saving.create(customers, {"email": "ana@example.com", "birthDate": date(1990, 11, 3)}, by=admin)

    apply(merge("email birthDate", ["ana@example.com", date(1991, 5, 4)], ["eva@example.com", date(1992, 6, 7)]))

    assert set(customers.objects.values_list("email", "birthDateMonth")) == {("ana@example.com", 5), ("eva@example.com", 6)}
