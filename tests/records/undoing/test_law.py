"""Contract §6: what an undo puts back, and what it keeps."""

import pytest
from django.db import connection

from crm.people.actors import Actor
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing.publishing import publish
from tests.records.undoing.conftest import kept_of


def values(model, *names: str) -> list[tuple]:
    return list(model.objects.order_by("email").values_list("email", *names))


def undo_of(undo) -> ChangeSet:
    return undo.last.change_set


@pytest.fixture
def eva(customers, admin):
    return saving.create(customers, {"email": "eva@example.com", "firstName": "Eva"}, by=admin)


def test_a_value_is_put_back(write, undo, customers, ana):
    change_set = write("email firstName", ["ana@example.com", "Anna"])

    assert undo(change_set) == {"restored": 1, "values_restored": 1}
    assert values(customers, "firstName") == [("ana@example.com", "Ana")]


def test_a_created_record_is_removed(write, undo, customers):
    change_set = write("email firstName", ["ana@example.com", "Ana"], ["eva@example.com", "Eva"])

    assert undo(change_set) == {"removed": 2}
    assert values(customers) == []


def test_a_deleted_record_comes_back_as_it_was(undo, customers, admin, ana):
    before = customers.objects.values().get()
    saving.delete(ana, by=admin)

    assert undo(ChangeSet.objects.first()) == {"restored": 1}
    after = customers.objects.values().get()
    changing = {"crm_version", "lastInteractionBy", "lastInteractionIn"}
    assert {name: value for name, value in after.items() if name not in changing} == {
        name: value for name, value in before.items() if name not in changing
    }
    assert after["crm_version"] > before["crm_version"]


def test_an_undo_is_a_numbered_act_with_history(write, undo, customers, admin, ana):
    change_set = write("email firstName", ["ana@example.com", "Anna"])
    undo(change_set)

    made = undo_of(undo)
    assert (made.kind, made.channel, made.undoes, made.user, made.family) == (
        "undo", "undo", change_set.pk, admin.user.pk, change_set.pk,
    )  # fmt: skip
    assert list(made.changes.values_list("record_id", "kind", "before")) == [(ana.pk, "u", {"firstName": "Anna"})]
    stored = customers.objects.get()
    assert (stored.crm_version, stored.updatedBy) == (3, str(admin.user.pk))


def test_what_was_changed_since_is_kept_and_the_rest_put_back(write, undo, customers, admin, ana):
    change_set = write("email firstName lastName", ["ana@example.com", "Anna", "Souza"])
    saving.update(ana, {"firstName": "Annie"}, by=admin)
    edit = ChangeSet.objects.first()

    assert undo(change_set) == {"restored": 1, "values_restored": 1, "values_kept": 1}
    assert values(customers, "firstName", "lastName") == [("ana@example.com", "Annie", None)]
    assert kept_of(undo.last) == [(ana.pk, "firstName", "changed", str(edit.pk))]


def test_a_record_of_which_all_was_changed_since_is_kept(write, undo, admin, ana):
    change_set = write("email firstName", ["ana@example.com", "Anna"])
    saving.update(ana, {"firstName": "Annie"}, by=admin)

    assert undo(change_set) == {"kept": 1, "values_kept": 1}


def test_changed_back_by_hand_is_changed(write, undo, customers, admin, ana):
    change_set = write("email firstName", ["ana@example.com", "Anna"])
    saving.update(ana, {"firstName": "Annie"}, by=admin)
    saving.update(ana, {"firstName": "Anna"}, by=admin)

    assert undo(change_set) == {"kept": 1, "values_kept": 1}


def test_a_created_record_that_was_changed_is_kept_with_all_its_values(write, undo, customers, admin):
    change_set = write("email firstName", ["ana@example.com", "Ana"], ["eva@example.com", "Eva"])
    ana = customers.objects.get(email="ana@example.com")
    saving.update(ana, {"lastName": "Souza"}, by=admin)

    assert undo(change_set) == {"removed": 1, "kept": 1}
    assert values(customers, "firstName", "lastName") == [("ana@example.com", "Ana", "Souza")]
    assert kept_of(undo.last) == [(ana.pk, "", "changed", str(ChangeSet.objects.filter(channel="page").first().pk))]


def test_what_was_deleted_since_stays_deleted(write, undo, customers, admin, ana):
    change_set = write("email firstName", ["ana@example.com", "Anna"], ["eva@example.com", "Eva"])
    for record in customers.objects.all():
        saving.delete(record, by=admin)

    assert undo(change_set) == {"kept": 2, "values_kept": 1}
    assert values(customers) == []


def test_redo_is_an_undo_of_the_undo(write, undo, customers, ana):
    change_set = write("email firstName", ["ana@example.com", "Anna"], ["eva@example.com", "Eva"])
    eva = customers.objects.get(email="eva@example.com")
    undo(change_set)

    assert undo(undo_of(undo)) == {"restored": 2, "values_restored": 1}
    assert values(customers, "firstName", "id") == [("ana@example.com", "Anna", ana.pk), ("eva@example.com", "Eva", eva.pk)]


def test_what_is_undone_is_not_undone_twice(write, undo, customers, ana):
    change_set = write("email firstName", ["ana@example.com", "Anna"], ["eva@example.com", "Eva"])
    undo(change_set)

    assert undo(change_set) == {}
    assert kept_of(undo.last) == []


def test_what_was_redone_may_be_undone_again(write, undo, customers, ana):
    change_set = write("email firstName", ["ana@example.com", "Anna"], ["eva@example.com", "Eva"])
    undo(change_set)
    redo = undo_of(undo) if undo(undo_of(undo)) else None

    assert undo(change_set) == {"restored": 1, "removed": 1, "values_restored": 1}
    assert values(customers, "firstName") == [("ana@example.com", "Ana")]
    assert undo(redo) == {}


def test_the_rest_of_a_is_offered_when_b_is_undone(write, undo, customers, ana):
    a = write("email firstName lastName", ["ana@example.com", "A", "A"], ["eva@example.com", "Eva", "E"])
    b = write("email firstName", ["ana@example.com", "B"], ["eva@example.com", "B"])

    assert undo(a) == {"restored": 1, "kept": 1, "values_restored": 1, "values_kept": 1}
    assert undo(a) == {"kept": 2, "values_kept": 1}
    assert undo(b) == {"restored": 2, "values_restored": 2}
    assert undo(a) == {"restored": 1, "removed": 1, "values_restored": 1}
    assert values(customers, "firstName", "lastName") == [("ana@example.com", "Ana", None)]


def test_undone_edits_do_not_stand_in_the_way_however_often(write, undo, customers, ana):
    a = write("email firstName", ["ana@example.com", "A"])
    b = write("email firstName", ["ana@example.com", "B"])
    undo(b)
    undo(undo_of(undo))
    assert undo(a) == {"kept": 1, "values_kept": 1}

    undo(b)

    assert undo(a) == {"restored": 1, "values_restored": 1}
    assert values(customers, "firstName") == [("ana@example.com", "Ana")]


def test_a_value_that_another_record_took_is_kept(write, undo, customers, ana, eva):
    change_set = write("email userId lastName", ["ana@example.com", "u2", "Souza"])
    write("email userId", ["eva@example.com", "u1"])

    assert undo(change_set) == {"restored": 1, "values_restored": 1, "values_kept": 1}
    assert values(customers, "userId", "lastName") == [("ana@example.com", "u2", None), ("eva@example.com", "u1", None)]
    assert kept_of(undo.last) == [(ana.pk, "userId", "unique", eva.pk)]


def test_an_email_counts_as_taken_without_regard_to_case(write, undo, customers, admin, ana):
    saving.delete(ana, by=admin)
    deletion = ChangeSet.objects.first()
    other = saving.create(customers, {"email": "ANA@example.com"}, by=admin)

    assert undo(deletion) == {"kept": 1}
    assert kept_of(undo.last) == [(ana.pk, "", "unique", other.pk)]


def test_only_one_record_may_be_undone(write, undo, customers, ana, eva):
    change_set = write("email firstName", ["ana@example.com", "Anna"], ["eva@example.com", "Evita"])

    assert undo(change_set, record_id=ana.pk) == {"restored": 1, "values_restored": 1}
    assert values(customers, "firstName") == [("ana@example.com", "Ana"), ("eva@example.com", "Evita")]
    assert undo(change_set) == {"restored": 1, "values_restored": 1}
    assert values(customers, "firstName") == [("ana@example.com", "Ana"), ("eva@example.com", "Eva")]


def test_what_was_erased_is_kept(write, undo, ana):
    change_set = write("email firstName", ["ana@example.com", "Anna"])
    RecordChange.objects.filter(change_set=change_set).update(before=None)

    assert undo(change_set) == {"kept": 1}
    assert kept_of(undo.last) == [(ana.pk, "", "erased", "")]


def test_the_month_of_birth_follows_its_date(write, undo, customers, admin, ana):
    a = write("email birthDate", ["ana@example.com", "1990-05-01"])
    write("email birthDate", ["ana@example.com", "1990-05-02"])

    assert undo(a) == {"kept": 1, "values_kept": 1}
    assert values(customers, "birthDateMonth") == [("ana@example.com", 5)]


def test_no_table_is_left_behind(write, undo, ana):
    undo(write("email firstName", ["ana@example.com", "Anna"]))

    assert [name for name in connection.introspection.table_names() if name.startswith("undo_")] == []


@pytest.fixture
def referring(define):
    """An entity whose records refer to customers by `buyer`."""
    target = {"entity": "CL", "display": "email"}
    return define("OR", buyer=FieldDefinition("buyer", "Relationship", options=target), code="Varchar 50")


@pytest.fixture
def parents(define):
    """An entity whose records refer to each other by `parent`."""
    return define(
        "PA",
        code=FieldDefinition("code", "Varchar 50", unique=True),
        parent=FieldDefinition("parent", "Relationship", options={"entity": "PA"}),
    )


def test_a_created_record_that_others_refer_to_is_kept(write, undo, customers, admin, referring):
    change_set = write("email", ["ana@example.com"], ["eva@example.com"])
    ana = current.models()["CL"].objects.get(email="ana@example.com")
    order = saving.create(referring, {"buyer": ana.pk}, by=admin)

    assert undo(change_set) == {"removed": 1, "kept": 1}
    assert kept_of(undo.last) == [(ana.pk, "", "referred", f"OR-{order.pk}")]


def test_what_was_deleted_together_comes_back_together(undo, customers, admin, referring):
    ana = saving.create(current.models()["CL"], {"email": "ana@example.com"}, by=admin)
    order = saving.create(referring, {"buyer": ana.pk, "code": "1"}, by=admin)
    saving.delete(ana, by=admin, with_referring=True)
    deletion = ChangeSet.objects.first()

    assert undo(deletion) == {"restored": 2}
    assert list(referring.objects.values_list("pk", "buyer", "code")) == [(order.pk, ana.pk, "1")]

    assert undo(undo_of(undo)) == {"removed": 2}
    assert undo(deletion) == {"restored": 2}


def test_who_referred_to_what_stays_away_stays_away_too(undo, admin, referring):
    ana = saving.create(current.models()["CL"], {"email": "ana@example.com"}, by=admin)
    order = saving.create(referring, {"buyer": ana.pk}, by=admin)
    saving.delete(ana, by=admin, with_referring=True)
    deletion = ChangeSet.objects.first()
    other = saving.create(current.models()["CL"], {"email": "ana@example.com"}, by=admin)

    assert undo(deletion) == {"kept": 2}
    assert kept_of(undo.last) == sorted([(ana.pk, "", "unique", other.pk), (order.pk, "", "missing", "")])


def test_a_reference_to_what_is_gone_is_kept(write, undo, admin, referring):
    customers = current.models()["CL"]
    ana, eva = (saving.create(customers, {"email": f"{name}@example.com"}, by=admin) for name in ("ana", "eva"))
    order = saving.create(referring, {"buyer": ana.pk, "code": "1"}, by=admin)
    change_set = write("id buyer code", [order.pk, eva.pk, "2"], model=referring)
    saving.delete(ana, by=admin)

    assert undo(change_set) == {"restored": 1, "values_restored": 1, "values_kept": 1}
    assert kept_of(undo.last) == [(order.pk, "buyer", "missing", "")]


def test_created_records_that_refer_to_each_other_go_together(write, undo, admin, parents):
    change_set = write("code", ["a"], ["b"], ["c"], ["d"], model=parents)
    a, b, c, _d = parents.objects.order_by("code")
    for child, parent in ((a, b), (b, c), (c, a)):
        parents.objects.filter(pk=child.pk).update(parent=parent.pk)

    assert undo(change_set) == {"removed": 4}


def test_who_is_referred_to_by_one_that_stays_stays_too(write, undo, admin, parents):
    change_set = write("code", ["a"], ["b"], ["c"], ["d"], model=parents)
    a, b, c, _d = parents.objects.order_by("code")
    for child, parent in ((b, a), (c, b)):
        parents.objects.filter(pk=child.pk).update(parent=parent.pk)
    saving.update(c, {"code": "z"}, by=admin)

    assert undo(change_set) == {"removed": 1, "kept": 3}
    assert {row[0]: row[2] for row in kept_of(undo.last)} == {a.pk: "referred", b.pk: "referred", c.pk: "changed"}


def test_a_hidden_field_is_kept_and_so_is_a_retyped_one(write, undo, admin, define):
    model = define(
        "PT", code=FieldDefinition("code", "Varchar 50", unique=True), note="Varchar 50", size="Varchar 50", gone="Text"
    )
    write("code note size gone", ["a", "n", "1", "g"], model=model)
    change_set = write("code note size gone", ["a", "m", "2", "h"], model=model)
    entity = DataEntity.objects.get(acronym="PT")
    entity.fields.filter(name="gone").update(hidden=True)
    entity.fields.filter(name="size").update(type="Integer")
    publish(by=Actor.operator())

    assert undo(change_set) == {"restored": 1, "values_restored": 1, "values_kept": 2}
    assert {row[1:3] for row in kept_of(undo.last)} == {("gone", "lost"), ("size", "lost")}
    assert current.models()["PT"].objects.values("note", "size").get() == {"note": "n", "size": 2}
