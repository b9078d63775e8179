"""Deactivates a person's account; the sessions end at once."""

from argparse import ArgumentParser
from typing import Any

from crm.management.command import SiteCommand
from crm.people import accounts
from crm.people.actors import Actor
from crm.people.permissions import require


class Command(SiteCommand):
    help = __doc__
    refusals = (accounts.AccountRefused,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def run(self, actor: Actor, *, email: str, **_options: Any) -> dict[str, Any]:  # Any: argparse's options
        require(actor, "people")
        person = accounts.find_person(email)
        accounts.deactivate(person, by=actor)
        return {"email": person.email, "role": person.role, "password": None}

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:  # Any: JSON values
        """People need not be told that no password was made."""
        super().show(facts if as_json else {"deactivated": facts["email"]}, as_json=as_json)
