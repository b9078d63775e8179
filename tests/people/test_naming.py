"""The command line acts as *operator, by command*, on every page that says who did something."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import translation

from crm.people.auditing import record_event
from crm.people.models import AuditEvent, Role, User
from crm.people.naming import actor_label, person_label
from crm.records.models import ChangeSet
from crm.records.writing import saving
from crm.worksheets.models import Worksheet

LABEL = "operator, by command"


def test_a_person_is_named_by_name_and_the_command_line_by_words(db):
    ada = User.objects.create(email="ada@example.com", name="Ada", role=Role.EDITOR)

    assert [person_label(ada), person_label(None)] == ["Ada", LABEL]
    assert [actor_label("Ada", ada), actor_label("operator"), actor_label("")] == ["Ada", LABEL, ""]
    with translation.override("pt-br"):
        assert person_label(None) == "operador, por comando"


def test_a_person_who_is_called_operator_is_not_taken_for_the_command_line(db):
    user = User.objects.create(email="o@example.com", name="operator", role=Role.EDITOR)

    assert actor_label("operator", user) == "operator"
    assert ChangeSet(user=user.pk, user_name="operator").who == "operator"
    assert AuditEvent(user=user, user_name="operator").who == "operator"


@pytest.fixture
def imported(db, customers, tmp_path) -> Worksheet:
    """Ana, imported by command."""
    file = tmp_path / "people.csv"
    file.write_text("email,firstName\nana@example.com,Ana\n")
    call_command("import_worksheet", str(file), "--key", "email", stdout=StringIO())
    return Worksheet.objects.get()


def text_of(browse, address: str) -> str:
    return " ".join(browse.get(address).text.split())


def test_pages_of_worksheets_name_it(browse, imported):
    assert LABEL in text_of(browse, "/worksheets/")
    assert f"by {LABEL}" in text_of(browse, imported.get_absolute_url())


def test_the_review_names_it(browse, imported):
    Worksheet.objects.filter(pk=imported.pk).update(state="uploaded")

    assert f"by {LABEL}" in text_of(browse, imported.get_absolute_url())


def test_history_and_last_changes_name_it(browse, imported, customers, operator):
    record = saving.update(customers.objects.get(), {"firstName": "Anna"}, by=operator)

    history = text_of(browse, f"/crm/CL/{record.pk}/history/")
    assert f"by {LABEL} </h2>" in history
    assert f"by {LABEL} <a" in history
    assert f"by {LABEL}" in text_of(browse, "/")


def test_the_audit_trail_and_the_publications_name_it(browse, customers, operator):
    record_event(operator, "export", subject="CL")

    assert f">{LABEL}</td>" in text_of(browse, "/people/audit/")
    assert f">{LABEL}</td>" in text_of(browse, "/worksheets/")
    assert f">{LABEL}</td>" in text_of(browse, "/schema/CL/publications/")
