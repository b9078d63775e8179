"""Web and worker together: what `make run` ends in."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from crm.jobs import serving


class Command(BaseCommand):
    help = "Serves the site and runs its jobs until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 1), help="web processes")
        parser.add_argument("--no-worker", action="store_true", help="no background jobs here; see `manage.py work`")

    def handle(self, *, host: str, port: int, workers: int, no_worker: bool, **options: Any) -> None:  # Any: Django's own
        if not serving.port_is_free(host, port):
            raise CommandError(f"{host}:{port} is in use or not ours; choose another with --port (make run PORT=8100).")
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        site = serving.Site(host, port, workers, with_worker=not no_worker, say=self.say)
        sys.exit(serving.run(site, ready=lambda: self.welcome(site)))

    def welcome(self, site: serving.Site) -> None:
        self.say(f"{settings.ACCOUNT_NAME} is at {site.address}")
        self.say(f"Sign in as {os.environ.get('ADMIN_EMAIL') or 'admin@example.com'} with {password_source()}.")
        self.say("Ctrl-C stops it.")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def password_source() -> str:
    if os.environ.get("ADMIN_PASSWORD"):
        return "the password in ADMIN_PASSWORD"
    kept = settings.VAR_DIR / "admin_password"
    return f"the password in {kept}" if kept.exists() else "the password that was shown when the database was made"
