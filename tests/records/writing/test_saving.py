from datetime import date
from decimal import Decimal

import pytest

from crm.people.actors import Actor
from crm.records.errors import InvalidRecord, RecordGone, VersionConflict
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing import restoring, saving
from crm.schema.definitions import FieldDefinition


def test_creating_fills_defaults_and_stamps(customers, admin):
    saving.create(customers, {"email": "ana@example.com"}, by=admin)

    record = customers.objects.get()
    assert (record.email, record.approved, record.createdBy) == ("ana@example.com", False, str(admin.user.pk))
    assert (record.updatedIn, record.lastInteractionIn, record.crm_version) == (None, record.createdIn, 1)


def test_creating_is_remembered_with_nothing_before(customers, admin):
    record = saving.create(customers, {"email": "ana@example.com"}, by=admin)

    change = RecordChange.objects.get()
    assert (change.entity, change.record_id, change.kind, change.before, change.row) == ("CL", record.pk, "c", None, None)
    assert (change.change_set.user, change.change_set.user_name, change.change_set.channel) == (admin.user.pk, "Ada", "page")


def test_updating_writes_and_remembers_only_what_differs(customers, admin):
    record = saving.create(customers, {"email": "ana@example.com", "firstName": "Ana"}, by=admin)

    saving.update(record, {"email": "ana@example.com", "firstName": "Anna"}, by=admin)

    record = customers.objects.get()
    assert (record.firstName, record.crm_version, record.updatedBy) == ("Anna", 2, str(admin.user.pk))
    assert RecordChange.objects.get(kind="u").before == {"firstName": "Ana"}


def test_an_update_that_changes_nothing_leaves_no_trace(customers, admin):
    record = saving.create(customers, {"email": "ana@example.com"}, by=admin)

    saving.update(record, {"email": "ana@example.com", "approved": "no"}, by=admin)

    assert customers.objects.get().crm_version == 1
    assert ChangeSet.objects.count() == 1


def test_an_update_neither_clears_nor_judges_what_it_does_not_name(customers, admin):
    record = saving.create(customers, {"email": "ana@example.com", "firstName": "Ana"}, by=admin)
    customers.objects.update(email="not an e-mail")

    saving.update(record, {"lastName": "Lima"}, by=admin)

    record = customers.objects.get()
    assert (record.email, record.firstName, record.lastName) == ("not an e-mail", "Ana", "Lima")


def test_a_stale_version_conflicts(customers, admin):
    record = saving.create(customers, {"firstName": "Ana"}, by=admin)
    saving.update(record, {"firstName": "Bea"}, by=admin)

    with pytest.raises(VersionConflict) as conflict:
        saving.update(record, {"firstName": "Cai"}, by=admin, expected_version=1)

    assert (conflict.value.current.firstName, conflict.value.values) == ("Bea", {"firstName": "Cai"})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "nonsense"}, "email"),
        ({"nickname": "x"}, "nickname"),
        ({"birthDateMonth": "3"}, "birthDateMonth"),
        ({"firstName": "a" * 101}, "firstName"),
        ({"firstName": "a\0b"}, "firstName"),
        ({"birthDate": "2020-02-31"}, "birthDate"),
    ],
)
def test_what_a_field_refuses_is_said_by_its_name(customers, admin, values, field):
    with pytest.raises(InvalidRecord) as refusal:
        saving.create(customers, values, by=admin)

    assert list(refusal.value.errors) == [field]
    assert not customers.objects.exists()


@pytest.mark.parametrize("price", ["1.999", 1.999, Decimal("1.999")])
def test_a_value_with_more_decimals_than_are_kept_is_refused_instead_of_rounded(define, admin, price):
    parts = define(price="Currency")

    with pytest.raises(InvalidRecord, match=r"price: “1\.999” has more than 2 decimals"):
        saving.create(parts, {"price": price}, by=admin)

    assert saving.create(parts, {"price": "1.990"}, by=admin).price == Decimal("1.99")


def test_required_fields_are_judged_at_creation_and_when_cleared(define, admin):
    parts = define(code=FieldDefinition("code", "Varchar 50", nullable=False), note="Text")
    with pytest.raises(InvalidRecord) as missing:
        saving.create(parts, {"note": "x"}, by=admin)
    record = saving.create(parts, {"code": "A"}, by=admin)
    with pytest.raises(InvalidRecord) as cleared:
        saving.update(record, {"code": ""}, by=admin)

    assert list(missing.value.errors) == list(cleared.value.errors) == ["code"]


def test_a_repeated_email_is_refused_whatever_its_case(customers, admin):
    saving.create(customers, {"email": "ana@example.com"}, by=admin)

    with pytest.raises(InvalidRecord) as refusal:
        saving.create(customers, {"email": "ANA@example.com"}, by=admin)

    assert list(refusal.value.errors) == ["email"]
    assert "ANA@example.com" in refusal.value.errors["email"] or "ana@example.com" in refusal.value.errors["email"]


def test_a_repeat_written_at_the_same_moment_is_refused_too(customers, admin, monkeypatch):
    saving.create(customers, {"email": "ana@example.com"}, by=admin)
    asked = []
    ask = saving.refuse_repeated
    monkeypatch.setattr(saving, "refuse_repeated", lambda *a, **k: asked.append(a) if not asked else ask(*a, **k))

    with pytest.raises(InvalidRecord) as refusal:
        saving.create(customers, {"email": "ana@example.com"}, by=admin)

    assert list(refusal.value.errors) == ["email"]


def test_a_given_id_is_kept_in_lower_case_and_only_once(customers, admin):
    saving.create(customers, {}, by=admin, record_id="Ab-1")

    assert customers.objects.get().pk == "ab-1"
    for taken in ["AB-1", "new", "a b", "", "x" * 101]:
        if taken:
            with pytest.raises(InvalidRecord):
                saving.create(customers, {}, by=admin, record_id=taken)


def test_the_birth_month_follows_the_birth_date(customers, admin):
    record = saving.create(customers, {"birthDate": "1990-07-31"}, by=admin)
    assert record.birthDateMonth == 7

    record = saving.update(record, {"birthDate": ""}, by=admin)

    assert (record.birthDate, record.birthDateMonth) == (None, None)
    assert RecordChange.objects.get(kind="u").before == {"birthDate": "1990-07-31", "birthDateMonth": 7}


def test_a_deleted_record_comes_back_with_its_id_and_values(customers, admin):
    values = {"email": "ana@example.com", "birthDate": "1990-07-31", "approved": True, "rclastcartvalue": "12.5",
              "rclastsessiondate": "2026-01-31T10:00:00.123456Z"}  # fmt: skip
    saving.create(customers, values, by=admin)
    record = customers.objects.get()
    saving.delete(record, by=admin)
    assert not customers.objects.exists()

    restoring.restore(customers, record.pk, by=admin)

    restored = customers.objects.get()
    same = [name for name in vars(record) if name not in {"_state", "crm_version", "lastInteractionIn"}]
    assert {name: getattr(restored, name) for name in same} == {name: getattr(record, name) for name in same}
    assert (restored.crm_version, restored.birthDate) == (2, date(1990, 7, 31))


def test_what_was_not_deleted_cannot_be_restored(customers, admin):
    record = saving.create(customers, {"lastName": "Lima"}, by=admin)

    for record_id in [record.pk, "unknown"]:
        with pytest.raises(InvalidRecord):
            restoring.restore(customers, record_id, by=admin)


def test_a_restored_unique_value_must_still_be_free(customers, admin):
    record = saving.create(customers, {"email": "ana@example.com"}, by=admin)
    saving.delete(record, by=admin)
    saving.create(customers, {"email": "ana@example.com"}, by=admin)

    with pytest.raises(InvalidRecord):
        restoring.restore(customers, record.pk, by=admin)


def test_writing_a_record_that_is_gone_says_so(customers, admin):
    record = saving.create(customers, {"lastName": "Lima"}, by=admin)
    customers.objects.all().delete()

    with pytest.raises(RecordGone):
        saving.update(record, {"firstName": "Ana"}, by=admin)


def test_the_operator_writes_without_a_user(customers):
    record = saving.create(customers, {"lastName": "Lima"}, by=Actor.operator())

    assert record.createdBy is None
    assert (ChangeSet.objects.get().user, ChangeSet.objects.get().channel) == (None, "command")
