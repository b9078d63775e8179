"""A worker: runs queued jobs, takes over those of dead workers, starts the scheduled ones."""

import os

from django.core.management.base import BaseCommand

from crm.environment import NOT_FOR_OTHERS
from crm.jobs import worker


class Command(BaseCommand):
    help = "Runs background jobs until it is stopped; start as many as you like, on as many machines as you like."

    def handle(self, **options: object) -> None:
        os.umask(NOT_FOR_OTHERS)
        worker.work()
