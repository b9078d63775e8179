"""Stored phones and documents are brought into one form; what does not fit stays, and all of it can be taken back."""

import json

import pytest
from django.core.management import call_command

from crm.records.models import ChangeSet, RecordChange
from crm.schema.definitions import FieldDefinition

OLD = {
    "a": ("(11) 99999-0000", "529.982.247-25", "01310-100"),
    "b": ("call me", "11.222.333/0001-81", None),
    "c": ("99999-0000", "52998224726", "1310100"),
    "d": ("+5511999990001", "12ABC34501DE35", "01310100"),
    "e": (None, None, None),
}
NEW = OLD | {"a": ("+5511999990000", "52998224725", "01310100"), "b": ("call me", "11222333000181", None)}


@pytest.fixture
def normalized(capsys):
    def run(*options):
        capsys.readouterr()
        call_command("normalize_values", *options, "--json")
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def parts(define):
    made = define(tel="Phone", tax=FieldDefinition("tax", "CPF / CNPJ", unique=True), code="CEP", name="Varchar 50")
    for record_id, (tel, tax, code) in OLD.items():
        made.objects.create(id=record_id, tel=tel, tax=tax, code=code, name="(11) 99999-0000")
    return made


def stored(parts):
    return {record_id: tuple(values) for record_id, *values in parts.objects.values_list("pk", "tel", "tax", "code")}


def test_what_is_stored_gets_its_one_form_in_one_change_set_and_goes_back(parts, normalized):
    found = normalized("--entity", "PT")["entities"]["PT"]

    assert (found["changed"], found["kept"]) == (2, 2)
    assert stored(parts) == NEW
    assert set(parts.objects.values_list("name", flat=True)) == {"(11) 99999-0000"}
    changes = RecordChange.objects.filter(change_set=found["change_set"]).order_by("record_id")
    assert [change.before for change in changes] == [
        dict(zip(("tel", "tax", "code"), OLD["a"], strict=True)),
        {"tax": OLD["b"][1]},
    ]

    normalized("--undo", str(found["change_set"]))
    assert stored(parts) == OLD


def test_keys_that_look_alike_are_brought_together_where_nobody_else_has_the_key(define, normalized):
    parts = define(code=FieldDefinition("code", "Varchar 50", unique=True), name="Varchar 50")
    for record_id, code in {"a": "U\u00a0100", "b": "U\u00a0200", "c": "U 200", "d": "U\u200b300"}.items():
        parts.objects.create(id=record_id, code=code, name="Ana\u00a0Lima")

    found = normalized("--entity", "PT")["entities"]["PT"]

    assert (found["changed"], found["kept"]) == (1, 2)
    assert dict(parts.objects.values_list("pk", "code")) == {"a": "U 100", "b": "U\u00a0200", "c": "U 200", "d": "U\u200b300"}
    assert set(parts.objects.values_list("name", flat=True)) == {"Ana\u00a0Lima"}
    assert normalized("--entity", "PT")["entities"]["PT"] == {"changed": 0, "kept": 2, "change_set": None}
    assert ChangeSet.objects.count() == 1


def test_a_second_run_finds_nothing_and_writes_nothing(parts, normalized):
    normalized()
    sets = ChangeSet.objects.count()

    assert normalized()["entities"]["PT"] == {"changed": 0, "kept": 2, "change_set": None}
    assert ChangeSet.objects.count() == sets


def test_batches_are_one_change_set(parts, normalized, monkeypatch):
    monkeypatch.setattr("crm.records.backfilling.normalizing.BATCH", 1)

    assert normalized("--entity", "PT")["entities"]["PT"]["changed"] == 2
    assert RecordChange.objects.filter(entity="PT").values("change_set").distinct().count() == 1
