"""Administrators add people and set roles; everybody minds their own account."""

import pytest

from crm.people.models import AuditEvent, Role, User

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a longer staple, this one"


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR, Role.MANAGER])
@pytest.mark.parametrize("address", ["/people/", "/people/audit/"])
def test_only_administrators_mind_people(client, role, address):
    client.force_login(User.objects.create_user("ana@example.com", PASSWORD, role))

    assert client.get(address).status_code == 403


def test_people_are_listed(as_admin, reader):
    page = as_admin.get("/people/").content.decode()

    assert "reader@example.com" in page
    assert "administrator@example.com" in page


@pytest.mark.parametrize("others", [1, 3])
def test_list_takes_the_same_number_of_queries(as_admin, others, django_assert_max_num_queries):
    for number in range(others):
        User.objects.create_user(f"p{number}@example.com")

    with django_assert_max_num_queries(8):
        as_admin.get("/people/")


def test_person_is_added(as_admin):
    added = {"email": "bia@example.com", "name": "Bia", "role": Role.EDITOR, "password": NEW_PASSWORD}

    response = as_admin.post("/people/", added)

    person = User.objects.get(email="bia@example.com")
    assert response.status_code == 302
    assert (person.name, person.role, person.check_password(NEW_PASSWORD)) == ("Bia", Role.EDITOR, True)
    assert AuditEvent.objects.filter(verb="person-added", subject=str(person.pk), details={"role": "NOREMOVE"}).exists()


@pytest.mark.parametrize(
    "wrong",
    [{"email": "READER@example.com"}, {"email": "nobody"}, {"role": "ROOT"}, {"password": "short"}, {"password": "password123"}],
)
def test_wrong_person_is_refused(as_admin, reader, wrong):
    added = {"email": "bia@example.com", "name": "Bia", "role": Role.EDITOR, "password": NEW_PASSWORD}

    response = as_admin.post("/people/", added | wrong)

    assert (response.status_code, list(response.context["form"].errors)) == (422, list(wrong))
    assert User.objects.count() == 2


def test_role_is_changed(as_admin, reader):
    as_admin.post(f"/people/{reader.pk}/role/", {"role": Role.MANAGER})

    reader.refresh_from_db()
    assert reader.role == Role.MANAGER
    assert AuditEvent.objects.get(verb="role-changed").details == {"from": "READONLY", "to": "POWER"}


def test_unknown_role_changes_nothing(as_admin, reader):
    as_admin.post(f"/people/{reader.pk}/role/", {"role": "ROOT"})

    reader.refresh_from_db()
    assert reader.role == Role.READER


def test_own_role_is_not_ones_own_to_change(as_admin, admin):
    as_admin.post(f"/people/{admin.pk}/role/", {"role": Role.READER})

    admin.refresh_from_db()
    assert admin.role == Role.ADMINISTRATOR


def test_reader_does_not_promote_herself(as_reader, reader):
    response = as_reader.post(f"/people/{reader.pk}/role/", {"role": Role.ADMINISTRATOR})

    reader.refresh_from_db()
    assert (response.status_code, reader.role) == (403, Role.READER)


@pytest.mark.parametrize("pk", ["0" * 36, "00000000-0000-0000-0000-000000000000"])
def test_unknown_person_is_not_found(as_admin, pk):
    assert as_admin.post(f"/people/{pk}/role/", {"role": Role.READER}).status_code == 404


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


def test_audit_trail_speaks_the_readers_language(as_admin):
    AuditEvent.objects.create(verb="role-changed")
    AuditEvent.objects.create(verb="of-another-app")

    page = as_admin.get("/people/audit/", headers={"accept-language": "pt-BR"}).content.decode()

    assert "<td>Papel alterado</td>" in page
    assert "<td>of-another-app</td>" in page
