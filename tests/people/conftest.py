"""One person of each role, and a browser for each."""

import pytest
from django.core.cache import cache
from django.test import Client

from crm.people.models import Role, User

PASSWORD = "correct horse battery"


def add_person(role: Role) -> User:
    return User.objects.create_user(f"{role.name.lower()}@example.com", PASSWORD, role)


@pytest.fixture
def admin(db) -> User:
    return add_person(Role.ADMINISTRATOR)


@pytest.fixture
def manager(db) -> User:
    return add_person(Role.MANAGER)


@pytest.fixture
def editor(db) -> User:
    return add_person(Role.EDITOR)


@pytest.fixture
def reader(db) -> User:
    return add_person(Role.READER)


@pytest.fixture
def as_admin(admin) -> Client:
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def as_reader(reader) -> Client:
    client = Client()
    client.force_login(reader)
    return client


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet(db) -> None:
    cache.clear()
