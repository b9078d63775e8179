"""The command that takes records out."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crm.people.actors import Actor
from crm.people.models import AuditEvent, Role, User
from crm.records.writing import saving
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    model = current.models()["CL"]
    for name in ("Bea", "Ana", None):
        saving.create(model, {"firstName": name, "lastName": "=1+1"}, by=Actor.operator())


def exported(tmp_path, *words: str) -> list[str]:
    file = tmp_path / "out.csv"
    call_command("export_worksheet", str(file), *words, stdout=StringIO())
    return file.read_text().splitlines()


def test_the_json_is_as_promised(people, tmp_path):
    output = StringIO()

    call_command("export_worksheet", str(tmp_path / "out.csv"), "--json", stdout=output)

    found = json.loads(output.getvalue())
    assert (list(found), found["rows"]) == (["rows", "seconds"], 3)


def test_r15_the_header_holds_the_names_of_all_fields(people, tmp_path):
    header = exported(tmp_path)[0].split(",")

    assert header == ["id", *(field.name for field in current.entity("CL").visible_fields if field.column)]


def test_fields_and_order_are_chosen(people, tmp_path):
    assert exported(tmp_path, "--fields", "firstName", "--sort", "firstName ASC") == ["firstName", '""', "Ana", "Bea"]
    assert exported(tmp_path, "--fields", "firstName", "--sort", "firstName DESC") == ["firstName", "Bea", "Ana", '""']


@pytest.mark.parametrize(("words", "cell"), [([], "'=1+1"), (["--raw"], "=1+1")])
def test_what_a_spreadsheet_would_run_is_guarded_unless_raw(people, tmp_path, words, cell):
    assert exported(tmp_path, "--fields", "lastName", *words)[1] == cell


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["out.txt"], "written as .csv, .xlsx, .xls, .ods"),
        (["out.csv", "--fields", "id,nope"], "CL has no field nope."),
        (["out.csv", "--sort", "nope ASC"], "CL has no field nope."),
        (["out.csv", "--entity", "ZZ"], "There is no entity ZZ."),
        (["no/such/folder/out.csv"], "No such file"),
    ],
)
def test_what_cannot_be_done_is_told(tmp_path, words, said):
    with pytest.raises(CommandError, match=said):
        call_command("export_worksheet", str(tmp_path / words[0]), *words[1:])


def test_an_export_is_audited_and_needs_its_permission(people, tmp_path):
    User.objects.create(email="ed@example.com", role=Role.EDITOR)
    exported(tmp_path)

    with pytest.raises(CommandError, match="does not let you"):
        exported(tmp_path, "--as", "ed@example.com")

    assert AuditEvent.objects.filter(verb="export").count() == 1


def test_only_the_records_for_which_a_rule_holds(people, tmp_path):
    assert exported(tmp_path, "--where", "firstName=ána OR firstName is null", "--fields", "firstName", "--sort", "firstName ASC") == [
        "firstName", '""', "Ana",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", ["firstNam=Ana", "firstName=", "restrictions=x"])
def test_a_rule_that_cannot_be_asked_writes_nothing(people, tmp_path, rule):
    with pytest.raises(CommandError):
        exported(tmp_path, "--where", rule)

    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("sort", ["firstName UP", "firstName ASC DESC"])
def test_an_unknown_direction_is_bad_usage(people, tmp_path, sort):
    with pytest.raises(CommandError, match="is not a field followed by ASC or DESC"):
        exported(tmp_path, "--sort", sort)

    assert not (tmp_path / "out.csv").exists()


def test_d8_an_unknown_direction_ends_as_bad_usage_does(site, tmp_path):
    code, output, errors = site.run("export_worksheet", tmp_path / "out.csv", "--sort", "firstName UP", "--json")

    assert (code, output) == (2, "")
    assert errors.endswith("error: argument --sort: “firstName UP” is not a field followed by ASC or DESC\n")
