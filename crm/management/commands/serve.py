"""Web and worker together: what `make run` ends in."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from crm.environment import NOT_FOR_OTHERS
from crm.jobs import serving
from crm.management.entry import MIGRATE_FIRST

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


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
        if has_no_tables():
            raise CommandError(MIGRATE_FIRST)
        os.umask(NOT_FOR_OTHERS)
        for notice in notices(host):
            self.say(notice)
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


def has_no_tables() -> bool:
    """A database that is away is waited for by what is started here."""
    try:
        return "django_migrations" not in connection.introspection.table_names()
    except OperationalError:
        return False
    finally:
        connection.close()


def notices(host: str) -> list[str]:
    """What somebody who serves others than herself should know of the switches."""
    found = []
    if not settings.SESSION_COOKIE_SECURE and host not in LOOPBACK:
        found.append(
            f"SECURE_COOKIES=0 on {host}: whoever listens on the network can take over a session. Leave it out behind HTTPS."
        )
    if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES:
        found.append("HTTPS_ONLY=1 without TRUSTED_PROXIES: nothing tells that a request came by HTTPS, so each is redirected.")
    return found


def password_source() -> str:
    if os.environ.get("ADMIN_PASSWORD"):
        return "the password in ADMIN_PASSWORD"
    kept = settings.VAR_DIR / "admin_password"
    return f"the password in {kept}" if kept.exists() else "the password that was shown when the database was made"
