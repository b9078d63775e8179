"""A worker: runs queued jobs, takes over those of dead workers, starts the scheduled ones."""

import logging

from django.core.management.base import BaseCommand

from crm.jobs import working


class Command(BaseCommand):
    help = "Runs background jobs until it is stopped; start as many as you like, on as many machines as you like."

    def handle(self, **options: object) -> None:
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
        working.work()
