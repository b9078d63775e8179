"""People by command: added, given a new password, deactivated, without any mail."""

import json

import pytest
from django.core.management import CommandError, call_command

from crm.people.models import AuditEvent, Role, User

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def run(capsys):
    def facts(*words: str) -> dict:
        call_command(*words, "--json")
        return json.loads(capsys.readouterr().out)

    return facts


def test_person_is_made_and_signs_in_with_the_printed_password(run, client):
    facts = run("create_person", "ana@example.com")

    assert facts == {"email": "ana@example.com", "role": "READONLY", "password": facts["password"]}
    assert client.post("/sign-in/", {"login": "ana@example.com", "password": facts["password"]})["Location"] == "/"
    assert (AuditEvent.objects.get(verb="person-added").user_name, AuditEvent.objects.get(verb="person-added").channel) == (
        "operator",
        "command",
    )


@pytest.mark.parametrize("role", Role.values)
def test_role_is_given(run, role):
    assert run("create_person", "ana@example.com", "--role", role)["role"] == role
    assert User.objects.get().role == role


def test_facts_come_a_line_each_for_people(capsys):
    call_command("create_person", "ana@example.com")

    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["email: ana@example.com", "role: READONLY"]
    assert User.objects.get().check_password(lines[2].removeprefix("password: "))


def test_reset_lets_a_locked_out_administrator_in_at_once(run, client):
    admin = User.objects.create_user("admin@example.com", PASSWORD, Role.ADMINISTRATOR)
    for _attempt in range(5):
        client.post("/sign-in/", {"login": admin.email, "password": "not this one"})

    facts = run("create_person", "ADMIN@example.com", "--reset")

    assert (facts["email"], facts["role"]) == ("admin@example.com", "ADMIN")
    assert client.post("/sign-in/", {"login": admin.email, "password": facts["password"]})["Location"] == "/"


def test_reset_ends_sessions_reactivates_and_changes_a_given_role(run, client):
    ana = User.objects.create_user("ana@example.com", PASSWORD, Role.READER, is_active=False)
    client.force_login(ana)

    facts = run("create_person", "ana@example.com", "--reset", "--role", "POWER")

    ana.refresh_from_db()
    assert (facts["role"], ana.role, ana.is_active, ana.check_password(facts["password"])) == ("POWER", "POWER", True, True)
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["create_person", "admin@example.com"], "There is an account of admin@example.com already"),
        (["create_person", "nobody"], "nobody is not an e-mail address"),
        (["create_person", "ana@example.com", "--reset"], "There is no account of ana@example.com"),
        (["create_person", "admin@example.com", "--reset", "--role", "POWER"], "last active administrator"),
        (["deactivate_person", "ana@example.com"], "There is no account of ana@example.com"),
        (["deactivate_person", "admin@example.com"], "last active administrator"),
        (["deactivate_person", "admin@example.com", "--as", "rea@example.com"], "does not let you manage people"),
        (["create_person", "ana@example.com", "--as", "rea@example.com"], "does not let you manage people"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(words, reason):
    admin = User.objects.create_user("admin@example.com", PASSWORD, Role.ADMINISTRATOR)
    User.objects.create_user("rea@example.com", PASSWORD, Role.READER)

    with pytest.raises(CommandError, match=reason) as refusal:
        call_command(*words)

    admin.refresh_from_db()
    assert refusal.value.returncode == 1
    assert (admin.role, admin.is_active, admin.check_password(PASSWORD), User.objects.count()) == ("ADMIN", True, True, 2)


def test_role_that_nobody_knows_is_bad_usage(site):
    code, output, errors = site.run("create_person", "ana@example.com", "--role", "ROOT")

    assert (code, output) == (2, "")
    assert "invalid choice: 'ROOT'" in errors
