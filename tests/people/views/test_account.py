"""Everybody changes their own name, language and password."""

import pytest

from crm.people.models import AuditEvent, Role
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a longer staple, this one"


def test_account_is_saved(as_reader, reader):
    as_reader.post("/account/", {"name": "Rita", "language": "es", "role": Role.ADMINISTRATOR})

    reader.refresh_from_db()
    assert (reader.name, reader.language, reader.role) == ("Rita", "es", Role.READER)


def test_unknown_language_is_refused(as_reader):
    response = as_reader.post("/account/", {"name": "Rita", "language": "tlh"})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["language"])


def change_password(client, **fields):
    typed = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    return client.post("/account/password/", typed | fields)


def test_password_is_changed_and_one_stays_signed_in(as_reader, reader):
    response = change_password(as_reader)

    reader.refresh_from_db()
    assert response["Location"] == "/account/"
    assert reader.check_password(NEW_PASSWORD)
    assert as_reader.get("/account/").status_code == 200
    assert AuditEvent.objects.filter(verb="password-changed", user=reader, details={}).exists()


def test_other_browsers_are_signed_out_by_a_new_password(as_reader, reader, client):
    client.force_login(reader)

    change_password(as_reader)

    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"old_password": "not this one"}, "old_password"),
        ({"new_password2": "another one again"}, "new_password2"),
        ({"new_password1": "short", "new_password2": "short"}, "new_password2"),
    ],
)
def test_wrong_password_change_is_refused(as_reader, reader, wrong, field):
    response = change_password(as_reader, **wrong)

    reader.refresh_from_db()
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert reader.check_password(PASSWORD)


def test_wrong_old_passwords_are_limited_with_those_at_sign_in(as_reader, reader):
    for _attempt in range(5):
        change_password(as_reader, old_password="not this one")

    response = change_password(as_reader)

    reader.refresh_from_db()
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["old_password"])
    assert reader.check_password(PASSWORD)


def test_a_wrong_old_password_is_recorded_without_what_was_typed(as_reader, reader):
    change_password(as_reader, old_password="not this one")

    events = AuditEvent.objects.filter(verb="old-password-refused").values_list("user", "channel", "subject", "details")
    assert list(events) == [(reader.pk, "page", str(reader.pk), {})]
    change_password(as_reader)
    assert events.count() == 1


def test_right_old_passwords_are_not_counted(as_reader, reader):
    for _attempt in range(6):
        change_password(as_reader, new_password2="another one again")

    assert change_password(as_reader).status_code == 302


@pytest.mark.parametrize("password", ["reader-of-lists@example.com", "Reader-Of-Lists"])
def test_password_is_not_ones_own_email(as_reader, reader, password):
    type(reader).objects.filter(pk=reader.pk).update(email="reader-of-lists@example.com")

    response = change_password(as_reader, new_password1=password, new_password2=password)

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["new_password2"])
