"""Runs a job as a command does, and stops at a moment of its own telling until a line comes in: no race with a worker."""

import sys
from contextlib import suppress

import django

django.setup()

from django.db import OperationalError, connection  # noqa: E402  # the site must be set up first

from crm.jobs import control  # noqa: E402
from crm.jobs.models import Job  # noqa: E402

key, moment = sys.argv[1:]
held: list[str] = []


def fill() -> None:
    """Lets the SQLite file not grow any more, and leaves no room within it."""
    with connection.cursor() as cursor, suppress(OperationalError):
        cursor.execute("CREATE TABLE filler (body blob)")
        cursor.execute("PRAGMA max_page_count = 1")
        while True:
            cursor.execute("INSERT INTO filler VALUES (zeroblob(3000))")


def hold(job: Job) -> None:
    """`moment` is a Python expression over the job and whether it is `inside` a transaction."""
    if not held and eval(moment, {"job": job, "inside": connection.in_atomic_block}):  # the tests' own words
        held.append(job.phase)
        print("held", flush=True)  # noqa: T201  # this is the signal
        if sys.stdin.readline() == "fill\n":
            fill()


control.run_here(Job.objects.get(pk=key), on_progress=hold)
