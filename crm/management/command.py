"""What our commands share: who acts, one JSON value or a line per fact, one clear line on failure."""

import json
from argparse import Action, ArgumentError, ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.jobs import failures
from crm.jobs.errors import NotAllowed
from crm.management.plain_lines import lines_of
from crm.people.actors import Actor
from crm.people.models import User
from crm.schema.publishing.tables.waiting import LONG_SECONDS, Patience

NOT_PERMITTED = (PermissionDenied, NotAllowed)  # who runs the command, or who started the job that it runs


STOPPED = 3  # exit code of what stopped at a limit, with nothing written


class NotDone(Exception):
    """The work could not be done, and here is what is known of it all the same."""

    def __init__(self, reason: str, facts: dict[str, Any], *, exit_code: int = 1) -> None:  # Any: JSON values
        super().__init__(reason)
        self.facts, self.exit_code = facts, exit_code


class Once(Action):
    """An option of one value that is refused when it is given twice: the last in place of the first would be a silent loss."""

    def __call__(self, _parser: ArgumentParser, chosen: Namespace, values: Any, _option: str | None = None) -> None:
        if getattr(chosen, self.dest) is not None:
            raise ArgumentError(self, "it is given once")
        setattr(chosen, self.dest, values)


class SiteCommand(BaseCommand):
    """A command that returns its facts; `--json` prints them as one JSON value, else they come a line each.

    Subclasses implement `run(actor, **options)` and name the exceptions that mean «could not be done» in `refusals`.
    """

    run: Callable[..., dict[str, Any]]  # Any: each command's own options and JSON values
    refusals: tuple[type[Exception], ...] = ()
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:  # Any: argparse's own
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="Print exactly one JSON value.")
        parser.add_argument("--as", dest="acts_as", metavar="EMAIL", help="Act as this user.")
        return parser

    def handle(self, *_args: str, **options: Any) -> None:  # Any: each command's own options
        actor = acting(options.pop("acts_as"))
        as_json = options.pop("json")
        try:
            facts = self.run(actor, **options)
        except NotDone as refusal:
            self.show(refusal.facts, as_json=as_json)
            raise CommandError(str(refusal), returncode=refusal.exit_code) from refusal
        except Exception as error:
            if not isinstance(error, (*NOT_PERMITTED, *self.refusals)) and not failures.is_infrastructure_error(error):
                raise
            raise CommandError(failures.describe(error)) from error
        self.show(facts, as_json=as_json)

    def patience(self) -> Patience:
        """Commands wait for tables that are in use, and say on standard error what for."""

        def report(message: str, **_how_far: int | None) -> None:
            self.stderr.write(message, style_func=str)

        return Patience(LONG_SECONDS, report)

    def show(self, facts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(facts, ensure_ascii=False, default=str))
            return
        for line in lines_of(facts):
            self.stdout.write(line)


def acting(email: str | None) -> Actor:
    """The user of this e-mail through channel `command`, or the built-in operator."""
    if not email:
        return Actor.operator()
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user {email}.")
    return Actor(user, "command")
