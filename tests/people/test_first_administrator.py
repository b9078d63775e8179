"""A fresh site has one administrator, and no log has the password."""

import pytest

from crm.people import first_administrator
from crm.people.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh_site(monkeypatch, settings, tmp_path):
    """As outside tests: `ensure` itself stays away from tests."""
    monkeypatch.setattr(first_administrator, "_testing", lambda: False)
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", "crm")
    for name in ("ADMIN_EMAIL", "ADMIN_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_password_is_made_into_a_file_of_its_own(fresh_site, capsys):
    first_administrator.ensure()

    file = fresh_site / "admin_password"
    email, password = file.read_text().split()
    person = User.objects.get()
    assert (person.email, person.role, email) == ("admin@example.com", Role.ADMINISTRATOR, "admin@example.com")
    assert person.check_password(password)
    assert file.stat().st_mode & 0o777 == 0o600
    assert password not in capsys.readouterr().out


def test_file_left_open_to_others_is_closed(fresh_site):
    file = fresh_site / "admin_password"
    file.write_text("old")
    file.chmod(0o644)

    first_administrator.ensure()

    assert file.stat().st_mode & 0o777 == 0o600


def test_given_password_is_told_nowhere(fresh_site, monkeypatch, capsys):
    monkeypatch.setenv("ADMIN_EMAIL", "boss@example.com")
    monkeypatch.setenv("ADMIN_PASSWORD", "correct horse battery")

    first_administrator.ensure()

    assert User.objects.get(email="boss@example.com").check_password("correct horse battery")
    assert (list(fresh_site.iterdir()), capsys.readouterr().out) == ([], "")


def test_a_site_with_people_is_left_alone(fresh_site, reader):
    first_administrator.ensure()

    assert list(User.objects.all()) == [reader]


def test_tests_make_their_own_people():
    first_administrator.ensure()

    assert not User.objects.exists()
