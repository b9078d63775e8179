"""The token against forged forms never stands in an address, where logs and histories keep it."""

import re
from pathlib import Path

import pytest
from django.test import Client

from crm.people.models import Role, User
from tests.forms import fields_of

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FORM = re.compile(r"<form\b(?P<tag>[^>]*)>(?P<inside>.*?)</form>", re.DOTALL)


@pytest.fixture
def administrator(db) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("ada@example.com", "x", Role.ADMINISTRATOR))
    return client


def forms_into_addresses() -> list[str]:
    """All forms that are sent by GET, or can be by one of their buttons."""
    found = []
    for path in TEMPLATES.rglob("*.html"):
        for form in FORM.finditer(path.read_text()):
            is_posted = 'method="post"' in form["tag"]
            if not is_posted or 'formmethod="get"' in form["inside"]:
                found.append(form["inside"])
    return found


def test_no_form_that_is_sent_by_get_holds_the_token():
    forms = forms_into_addresses()

    assert len(forms) > 5
    assert not [form for form in forms if "{% csrf_token %}" in form or "csrf_input" in form]


def test_counting_first_leaves_the_token_out(administrator):
    main = administrator.get("/clusters/new/").text.partition('<main id="content"')[2]

    assert "csrfmiddlewaretoken" not in dict(fields_of(main))


def test_cluster_is_made_with_the_token_of_its_button(administrator):
    page = administrator.get("/clusters/new/").text
    token = re.search(r'<button[^>]*name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    assert administrator.post("/clusters/new/", {"label": "Dealers", "csrfmiddlewaretoken": token}).status_code == 302
    assert administrator.post("/clusters/new/", {"label": "Others"}).status_code == 403
