"""Adds members to a cluster, removes some, or makes it exactly the ones named: counted first or written at once."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clusters.catalogue import lookup
from clusters.errors import InvalidSelection
from clusters.members.changing import change_members
from clusters.members.limits import USUAL, TooManyLeave
from clusters.members.selecting import Selection
from crm.management.command import STOPPED, NotDone, Once, SiteCommand
from crm.people.actors import Actor
from crm.rules.errors import RuleError


class Command(SiteCommand):
    help = __doc__
    refusals = (lookup.InvalidCluster, InvalidSelection, RuleError)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cluster")
        parser.add_argument("verb", choices=["add", "remove", "replace"])
        meant = parser.add_mutually_exclusive_group(required=True)
        meant.add_argument("--ids", action=Once, metavar="FILE", help="A record's id a line; - is standard input.")
        meant.add_argument("--keys", action=Once, nargs=2, metavar=("FIELD", "FILE"), help="A value of the field a line.")
        meant.add_argument("--where", action=Once, metavar="EXPR", help="All records for which the rule holds.")
        parser.add_argument(
            "--max-leave",
            metavar="LIMIT",
            default=USUAL,
            help="With replace: a number or share of the members; 20%% unless stated.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Only count who would join and leave.")

    def run(
        self, actor: Actor, *, cluster: str, verb: Any, dry_run: bool, max_leave: str, **meant: Any
    ) -> dict[str, Any]:  # Any: argparse's options
        found, selection = lookup.named(cluster), self._selection(meant)
        how: dict[str, Any] = {"dry_run": dry_run, "max_leave": max_leave, "waiting": self._waiting()}  # Any: of the verb
        try:
            changed = change_members(found, verb, selection, by=actor, **how)
        except TooManyLeave as refusal:
            facts = {"cluster": cluster, "stopped": {"limit": "max_leave", "value": refusal.value}}
            raise NotDone(str(refusal), facts, exit_code=STOPPED) from refusal
        return {"cluster": cluster, **asdict(changed)}

    def _waiting(self) -> Callable[[], None]:
        """Commands wait for an import of the entity, and say so once on standard error."""
        said: list[str] = []

        def waiting() -> None:
            if not said:
                said.append("Waiting for an import of these records to end.")
                self.stderr.write(said[0], style_func=str)

        return waiting

    def _selection(self, meant: dict[str, Any]) -> Selection:  # Any: argparse's options
        if meant["where"] is not None:
            return Selection(rule=meant["where"])
        field, path = meant["keys"] or ("id", meant["ids"])
        return Selection(field, keys=self._lines(path))

    def _lines(self, path: str) -> list[str]:
        try:
            text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidSelection(f"The file {path} cannot be read: {error}") from error
        return [line.strip() for line in text.splitlines() if line.strip()]
