"""Administrators add people, set roles and passwords, and deactivate accounts."""

import pytest

from crm.people.models import AuditEvent, Role, User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a longer staple, this one"


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR, Role.MANAGER])
@pytest.mark.parametrize("address", ["/people/", "/people/audit/"])
def test_only_administrators_manage_people(client, role, address):
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


def test_role_is_explained_where_it_is_chosen(as_admin, reader):
    for address in ("/people/", f"/people/{reader.pk}/"):
        page = as_admin.get(address).content.decode()

        assert "May see records and clusters, keep personal forms." in page
        assert "The same as Manager; may also change fields and publish, manage people." in page


def test_new_role_holds_from_the_next_request_on(as_admin, reader, as_reader):
    as_admin.post(f"/people/{reader.pk}/role/", {"role": Role.ADMINISTRATOR})

    assert as_reader.get("/people/").status_code == 200

    as_admin.post(f"/people/{reader.pk}/role/", {"role": Role.READER})

    assert as_reader.get("/people/").status_code == 403


def test_password_of_a_new_person_is_not_the_email(as_admin):
    added = {"email": "beatriz.alves@example.com", "name": "", "role": Role.EDITOR, "password": "Beatriz.Alves"}

    response = as_admin.post("/people/", added)

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["password"])


def test_new_password_is_shown_once_and_opens(as_admin, reader, as_reader, client):
    response = as_admin.post(f"/people/{reader.pk}/password/")

    password = response.context["password"]
    assert password in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert password not in as_admin.get(f"/people/{reader.pk}/").content.decode()
    assert as_reader.get("/account/").status_code == 302
    assert client.post("/sign-in/", {"login": reader.email, "password": password})["Location"] == "/"
    assert AuditEvent.objects.get(verb="password-reset").details == {}


def test_own_password_is_not_reset(as_admin, admin):
    assert as_admin.post(f"/people/{admin.pk}/password/")["Location"] == "/account/password/"


def test_deactivated_person_is_out_at_once_and_for_good(as_admin, reader, as_reader):
    as_admin.post(f"/people/{reader.pk}/deactivate/")

    assert as_reader.get("/account/").status_code == 302

    as_admin.post(f"/people/{reader.pk}/activate/")

    assert as_reader.get("/account/").status_code == 302
    reader.refresh_from_db()
    assert reader.is_active


def test_sessions_are_ended(as_admin, reader, as_reader, client):
    as_admin.post(f"/people/{reader.pk}/sessions/")

    assert as_reader.get("/account/").status_code == 302
    assert client.post("/sign-in/", {"login": reader.email, "password": PASSWORD})["Location"] == "/"


def test_own_account_is_not_ones_own_to_deactivate(as_admin, admin):
    as_admin.post(f"/people/{admin.pk}/deactivate/")

    admin.refresh_from_db()
    assert admin.is_active


@pytest.mark.parametrize("action", ["role", "password", "sessions", "deactivate", "activate"])
def test_only_administrators_change_accounts(client, manager, reader, action):
    client.force_login(manager)

    response = client.post(f"/people/{reader.pk}/{action}/", {"role": Role.READER})

    assert response.status_code == 403
    assert not AuditEvent.objects.filter(subject=str(reader.pk)).exists()
