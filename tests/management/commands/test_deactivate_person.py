"""Deactivating by command ends what the person has open."""

import json

import pytest
from django.core.management import call_command
from django.test import Client

from crm.people.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return User.objects.create_user("ana@example.com", "correct horse battery", Role.MANAGER)


def test_sessions_end_and_nobody_signs_in(ana, client, capsys):
    client.force_login(ana)

    call_command("deactivate_person", "Ana@example.com", "--json")

    assert json.loads(capsys.readouterr().out) == {"email": "ana@example.com", "role": "POWER", "password": None}
    assert client.get("/account/").status_code == 302
    refused = Client().post("/sign-in/", {"login": ana.email, "password": "correct horse battery"}, follow=True)
    assert "This account is deactivated." in refused.content.decode()
    assert not refused.wsgi_request.user.is_authenticated


def test_people_read_one_line(ana, capsys):
    call_command("deactivate_person", "ana@example.com")

    assert capsys.readouterr().out == "deactivated: ana@example.com\n"
