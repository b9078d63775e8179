"""Adds a person who signs in, or gives one a new password (`--reset`), which also reactivates the account."""

from argparse import ArgumentParser
from typing import Any

from django.db import transaction

from crm.management.command import SiteCommand
from crm.people import accounts
from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.people.passwords import make_password
from crm.people.permissions import require


class Command(SiteCommand):
    help = __doc__
    refusals = (accounts.AccountRefused,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", choices=Role.values, help="READONLY unless given; with --reset it stays unless given.")
        parser.add_argument("--reset", action="store_true", help="Make a new password for an account that exists.")

    def run(
        self, actor: Actor, *, email: str, role: str | None, reset: bool, **_options: Any
    ) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "people")
        person, password = _reset(email, role, by=actor) if reset else _create(email, role, by=actor)
        return {"email": person.email, "role": person.role, "password": password}


def _create(email: str, role: str | None, *, by: Actor) -> tuple[User, str]:
    password = make_password()
    return accounts.create_person(email, role or Role.READER, password=password, by=by), password


@transaction.atomic
def _reset(email: str, role: str | None, *, by: Actor) -> tuple[User, str]:
    person = accounts.find_person(email)
    if role:
        accounts.change_role(person, role, by=by)
    accounts.activate(person, by=by)
    return person, accounts.reset_password(person, by=by)
