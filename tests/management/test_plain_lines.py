"""What commands print for people."""

import re
from io import StringIO

import pytest
from django.core.management import call_command

from clusters.catalogue import creating
from clusters.members.changing import change_members
from clusters.members.selecting import Selection
from crm.management.plain_lines import lines_of
from crm.records.models import ChangeSet
from crm.records.writing import saving
from crm.schema.generated import current

OF_THE_PROGRAM = re.compile(r"\b(None|True|False)\b|[\[\]{}]|'|<\w+ object|\w+\(\w+=")


def test_values_are_written_in_words():
    facts = {"change_set": None, "unknown": [], "key": ["email", "id"], "is_done": True, "left_out": {"First_name": 2, "City": 1}}

    assert list(lines_of(facts)) == [
        "change set: none", "unknown: none", "key: email", "key: id", "is done: yes", "left out: First_name 2, City 1",
    ]  # fmt: skip


def test_groups_of_values_have_a_line_each():
    facts = {"entities": {"CL": {"changed": 3, "kept": []}, "AD": {"changed": 0}}, "kept": [{"record": "a", "field": None}]}

    assert list(lines_of(facts)) == [
        "entities: CL: changed 3, kept none", "entities: AD: changed 0", "kept: record a, field none",
    ]  # fmt: skip


@pytest.fixture
def site(db, operator, tmp_path):
    """Customers, a cluster by hand, one by a rule, and a worksheet that was imported."""
    model = current.models()["CL"]
    for name in ("Ana", "Bia"):
        saving.create(model, {"firstName": name, "email": f"{name}@example.com"}, record_id=name.lower(), by=operator)
    change_members(creating.create_cluster("Dealers", by=operator), "add", Selection(keys=["ana"]), by=operator)
    creating.create_cluster("Annas", rule="firstName=Ana AND approved=false AND birthDate is null", by=operator)
    (tmp_path / "list.csv").write_text("email,firstName\nana@example.com,Anna\nx,\n")
    (tmp_path / "ids").write_text("bia\nnobody\n")
    return tmp_path


COMMANDS = [
    ("create_field", "CL", "shoeSize", "Integer", "--no-publish"),
    ("create_cluster", "Dealers", "--if-missing"),
    ("create_entity", "ZZ", "Things"),
    ("change_members", "Dealers", "add", "--ids", "ids", "--dry-run"),
    ("change_members", "Dealers", "add", "--ids", "ids"),
    ("change_cluster", "Dealers", "--label", "Sellers"),
    ("list_clusters",),
    ("cluster_members", "Dealers"),
    ("cluster_history", "Dealers", "--events"),
    ("cluster_history", "Annas", "--events"),
    ("cluster_profile", "Dealers", "--by", "approved", "birthDate", "firstName"),
    ("cluster_overlaps",),
    ("explain_membership", "Dealers", "ana"),
    ("explain_membership", "Annas", "ana"),
    ("explain_membership", "Annas", "bia"),
    ("refresh_clusters",),
    ("import_worksheet", "list.csv", "--key", "email"),
    ("import_worksheet", "list.csv", "--key", "email", "--dry-run"),
    ("export_worksheet", "out.csv"),
    ("export_schema", "schema.json"),
    ("normalize_values",),
    ("publish", "CL", "--plan"),
    ("create_person", "new@example.com"),
    ("check_schema",),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_prints_what_only_a_program_writes(site, monkeypatch, words):
    monkeypatch.chdir(site)
    call_command(*words, stdout=(output := StringIO()), stderr=StringIO())

    found = [line for line in output.getvalue().splitlines() if OF_THE_PROGRAM.search(line)]
    assert found == []


def test_an_undo_is_told_in_words(site, monkeypatch):
    monkeypatch.chdir(site)
    call_command("import_worksheet", "list.csv", "--key", "email", stdout=StringIO(), stderr=StringIO())
    number = ChangeSet.objects.filter(channel="worksheet").first().reference

    call_command("undo_import", number, stdout=(output := StringIO()), stderr=StringIO())

    assert "records restored: 1" in output.getvalue()
    assert not OF_THE_PROGRAM.search(output.getvalue())
