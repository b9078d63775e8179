"""A browser that an administrator has signed in with."""

import re

import pytest

from crm.people.models import Role, User


@pytest.fixture
def admin(db) -> User:
    return User.objects.create_user("ada@example.com", role=Role.ADMINISTRATOR)


@pytest.fixture
def browse(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def confirmed(browse):
    """The hidden digest that a page of a plan holds."""

    def found(address: str) -> str:
        return re.search(r'name="confirmed" value="([0-9a-f]*)"', browse.get(address).text)[1]

    return found
