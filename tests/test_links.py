"""Every link and button of every page leads to an address of this site that answers."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve

from crm.people.models import Role
from tests.conftest import PASSWORD
from tests.page_forms import forms_of
from tests.test_permission_matrix import GET, _ana_of_vip  # noqa: F401  # its fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_ana_of_vip")]

LINK = re.compile(r'(?:href|hx-get|src)="([^"]+)"')


@pytest.fixture
def pages(sign_in) -> dict[str, str]:
    """The pages of the site as administrators see them, by their addresses."""
    browser = sign_in(Role.ADMINISTRATOR)
    answers = {address: browser.get(address) for address in GET}
    return {address: answer.text for address, answer in answers.items() if answer.status_code == 200 and not answer.streaming}


def links(pages: dict[str, str]) -> list[tuple[str, str]]:
    """Where the links of all pages go, each with a page that has it; of many that differ by a value alone one is enough."""
    found = {urljoin(address, unescape(link)): address for address, page in pages.items() for link in LINK.findall(page)}
    inside = {link: page for link, page in found.items() if link.startswith("/") and not link.startswith("/static/")}
    return list({_way(link): (link, page) for link, page in inside.items()}.values())


def _way(link: str) -> tuple[str, str]:
    parts = urlsplit(link)
    return resolve(parts.path).route, re.sub(r"=[^&]*", "", parts.query)


def test_r41_no_link_is_dead(pages, sign_in):
    browser = sign_in(Role.ADMINISTRATOR)

    dead = {link: (page, status) for link, page in links(pages) if (status := browser.get(link).status_code) >= 400}

    assert dead == {}


def test_r41_no_button_is_dead(pages, sign_in):
    browser, dead = sign_in(Role.ADMINISTRATOR), {}
    forms = [form for address, page in pages.items() for form in forms_of(page, address)]
    for form in {(form.method, resolve(urlsplit(form.action).path).route, form.button): form for form in forms}.values():
        with transaction.atomic():
            answer = getattr(browser, form.method)(form.action, form.sent())
            transaction.set_rollback(True)
        if answer.status_code in {403, 404, 405} or answer.status_code >= 500:
            dead[form] = answer.status_code

    assert dead == {}


def test_r51_pages_name_no_other_host(pages):
    elsewhere = {link for page in pages.values() for link in LINK.findall(page) if re.match(r"(?:[a-z]+:)?//", link)}

    assert elsewhere == set()


@pytest.mark.parametrize("address", ["/crm/CL/?firstName=ana&_sort=email", "/clusters/VIP/", "/people/audit/"])
def test_r51_one_sign_in_opens_everything_and_returns_to_where_one_was(administrator, address):
    browser = Client()

    asked = browser.get(address, follow=True)
    page = asked.redirect_chain[-1][0]
    entered = browser.post(
        page, dict(forms_of(asked.text, page)[0].fields) | {"login": administrator.user.email, "password": PASSWORD}
    )

    assert entered["Location"] == address
    assert {browser.get(link).status_code for link in (address, "/schema/", "/worksheets/", "/jobs/")} == {200}
