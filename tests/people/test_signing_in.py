"""The way in, without JavaScript, and what it refuses."""

import hashlib

import pytest
from django.test import Client

from crm.people import accounts
from crm.people.actors import Actor
from crm.people.models import AuditEvent, User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

SIGN_IN = "/sign-in/"
FAILED = "sign-in-failed"


def sign_in(client, email, password=PASSWORD, *, address="127.0.0.1", **fields):
    return client.post(SIGN_IN, {"login": email, "password": password, **fields}, REMOTE_ADDR=address)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_page_is_a_plain_form(client):
    response = client.get(SIGN_IN)

    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="login"' in page
    assert 'name="password"' in page
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page


def test_page_offers_no_way_that_leads_nowhere(client):
    page = client.get(SIGN_IN).content.decode()

    assert "forgotten" not in page
    assert "/sign-in/up/" not in page


@pytest.mark.parametrize("typed", ["reader@example.com", "READER@Example.com"])
def test_right_password_opens(client, reader, typed):
    response = sign_in(client, typed)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_leads_to_the_page_asked_for(client, reader):
    assert sign_in(client, reader.email, next="/account/")["Location"] == "/account/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_never_leads_to_another_site(client, reader, elsewhere):
    assert sign_in(client, reader.email, next=elsewhere)["Location"] == "/"


def test_wrong_password_and_unknown_address_look_the_same(client, reader):
    wrong = sign_in(client, reader.email, "not this one")
    unknown = sign_in(client, "nobody@example.com", "not this one")

    assert not is_signed_in(client)
    assert (wrong.status_code, wrong.context["form"].errors) == (unknown.status_code, unknown.context["form"].errors)


def test_inactive_person_stays_out(client, reader):
    User.objects.filter(pk=reader.pk).update(is_active=False)

    sign_in(client, reader.email)

    assert not is_signed_in(client)


def test_inactive_person_is_sent_out(as_reader, reader):
    User.objects.filter(pk=reader.pk).update(is_active=False)

    assert as_reader.get("/account/")["Location"] == "/sign-in/?next=/account/"


def test_needs_the_forms_token(reader):
    client = Client(enforce_csrf_checks=True)

    assert sign_in(client, reader.email).status_code == 403


def test_guessing_one_account_is_stopped(client, reader):
    for _attempt in range(5):
        sign_in(client, reader.email, "not this one")

    sign_in(client, reader.email)

    assert not is_signed_in(client)


def test_stranger_locks_nobody_out(client, admin):
    for number in range(20):
        sign_in(client, admin.email, "not this one", address=f"203.0.113.{number // 5}")

    sign_in(client, admin.email, address="198.51.100.7")

    assert is_signed_in(client)


def test_guessing_from_one_network_is_stopped(client, reader):
    for number in range(5):
        sign_in(client, reader.email, "not this one", address=f"2001:db8::{number}")

    sign_in(client, reader.email, address="2001:db8::9")

    assert not is_signed_in(client)


def test_address_that_a_stranger_made_up_does_not_count(client, reader):
    for number in range(5):
        client.post(
            SIGN_IN, {"login": reader.email, "password": "not this one"}, headers={"x-forwarded-for": f"198.51.100.{number}"}
        )

    sign_in(client, reader.email)

    assert not is_signed_in(client)


def test_address_behind_a_trusted_proxy_counts(client, reader, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    for _attempt in range(5):
        client.post(SIGN_IN, {"login": reader.email, "password": "not this one"}, headers={"x-forwarded-for": "203.0.113.9"})

    client.post(SIGN_IN, {"login": reader.email, "password": PASSWORD}, headers={"x-forwarded-for": "198.51.100.7"})

    assert is_signed_in(client)


def test_new_password_opens_whatever_was_tried_before(client, reader):
    for _attempt in range(5):
        sign_in(client, reader.email, "not this one")
    password = accounts.reset_password(reader, by=Actor.operator())

    sign_in(client, reader.email, password)

    assert is_signed_in(client)


def test_too_many_requests_are_told_in_words(client, reader):
    for _attempt in range(30):
        sign_in(client, reader.email)
        client.post("/sign-out/")

    refused = sign_in(client, reader.email)

    assert refused.status_code == 429
    assert "Too many attempts" in refused.content.decode()


def test_guessing_many_accounts_is_stopped(client, reader):
    for number in range(10):
        sign_in(client, f"somebody{number}@example.com", "not this one")

    sign_in(client, reader.email)

    assert not is_signed_in(client)


def test_sign_in_is_audited(client, reader):
    sign_in(client, reader.email)

    event = AuditEvent.objects.get(verb="sign-in")
    assert (event.user, event.channel) == (reader, "page")


def test_failed_sign_in_is_audited_without_what_was_typed(client, reader):
    sign_in(client, reader.email, "not this one")

    event = AuditEvent.objects.get(verb=FAILED)
    kept = f"{event.user_name} {event.subject} {event.details}"
    assert event.user is None
    assert reader.email not in kept
    assert "not this one" not in kept


def test_address_cannot_be_guessed_from_the_audit(client, reader):
    sign_in(client, reader.email, "not this one")

    guess = hashlib.sha256(reader.email.encode()).hexdigest()
    assert not guess.startswith(AuditEvent.objects.get(verb=FAILED).subject)


def test_failures_on_one_address_are_told_from_others(client):
    for email in ["ana@example.com", "ANA@example.com", "bia@example.com"]:
        sign_in(client, email, "not this one")

    ana, ana_again, bia = AuditEvent.objects.filter(verb=FAILED).order_by("pk").values_list("subject", flat=True)
    assert ana == ana_again != bia


def test_nobody_signs_up(client):
    client.post("/sign-in/up/", {"email": "eve@example.com", "password1": PASSWORD, "password2": PASSWORD})

    assert not User.objects.exists()


def test_sign_out_needs_a_post(as_reader):
    refused = as_reader.get("/sign-out/")

    assert refused.status_code == 405
    assert is_signed_in(as_reader)


def test_sign_out(as_reader):
    assert as_reader.post("/sign-out/")["Location"] == SIGN_IN
    assert not is_signed_in(as_reader)
