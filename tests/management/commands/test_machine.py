"""What the machine refuses, a command tells in one line."""

import errno

import psycopg
import pytest
from django.core.management import CommandError, call_command

from crm.jobs.errors import DatabaseLost
from crm.management.command import SiteCommand

pytestmark = pytest.mark.django_db


def failing(error: Exception) -> SiteCommand:
    class Failing(SiteCommand):
        def run(self, actor, **options):
            raise error

    return Failing()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (psycopg.errors.DiskFull("could not extend file"), "The disk is full"),
        (psycopg.OperationalError("connection refused"), "The database does not answer."),
        (DatabaseLost(3), "The database went away 3 times at this place."),
    ],
)
def test_a_command_tells_what_the_machine_lacks_in_one_line(error, said):
    with pytest.raises(CommandError) as raised:
        call_command(failing(error))

    assert str(raised.value).startswith(said)


def test_a_defect_of_ours_is_not_made_harmless():
    with pytest.raises(ZeroDivisionError):
        call_command(failing(ZeroDivisionError()))
