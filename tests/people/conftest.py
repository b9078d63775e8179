"""The cast as accounts, since these tests are about accounts, and browsers of two of them."""

import pytest
from django.core.cache import cache
from django.test import Client

from crm.people.models import Role, User


@pytest.fixture
def admin(administrator) -> User:
    return administrator.user


@pytest.fixture
def manager(person_of) -> User:
    return person_of(Role.MANAGER).user


@pytest.fixture
def editor(person_of) -> User:
    return person_of(Role.EDITOR).user


@pytest.fixture
def reader(person_of) -> User:
    return person_of(Role.READER).user


@pytest.fixture
def as_admin(sign_in) -> Client:
    return sign_in(Role.ADMINISTRATOR)


@pytest.fixture
def as_reader(sign_in) -> Client:
    return sign_in(Role.READER)


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet(db) -> None:
    cache.clear()
