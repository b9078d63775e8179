"""After a button of the builder the focus stands where one goes on."""

import re

import pytest

from tests.clusters.builder.sent_form import inputs

pytestmark = pytest.mark.django_db
NEW = "/clusters/new/"


@pytest.fixture
def focus(spenders, manager_client):
    """The names of the elements that take the focus after a button, of which a browser takes the first."""

    def focused(rule: str = "", **sent: str) -> list[str]:
        page = manager_client.get(NEW, {"label": "x", "rule": rule}).content.decode()
        page = manager_client.get(NEW, {**inputs(page), "label": "x", **sent}).content.decode() if sent else page
        return [
            re.search(r'name="([^"]*)"', found)[1]
            for found in re.findall(r"<(?:input|select|button)[^>]*\bautofocus\b[^>]*>", page)
        ]

    return focused


@pytest.mark.parametrize(
    ("rule", "sent", "name"),
    [
        ("", {}, "label"),
        ("state=SP", {"b-act": "add:0:firstName"}, "b-op-0.1"),
        ("state=SP", {"b-act": "add:0:AD"}, "b-new-0.1"),
        ("has(AD)", {"b-act": "add:0.0:city"}, "b-op-0.0.0"),
        ("state=SP", {"b-act": "group:0"}, "b-new-0.1"),
        ("state=SP AND city is null", {"b-act": "drop:0.0"}, "b-new-0"),
        ("has(AD where state=SP)", {"b-act": "drop:0.0.0"}, "b-new-0.0"),
        ("state=SP", {"b-act": "show"}, "b-act"),
        ("state=SP", {"b-new-0": "shoe size", "b-act": "add:0"}, "b-new-0"),
        ("state=SP", {"b-act": "add:0.7:city"}, None),
    ],
)
def test_the_focus_stands_where_one_goes_on(focus, rule, sent, name):
    assert focus(rule.replace("city is null", "email is null"), **sent) == ([name] if name else [])
