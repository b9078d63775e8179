"""A publish that fails or is killed leaves everything as it was."""

import subprocess
import sys

import pytest

from .conftest import ROOT, Site

# Runs the command in a process that ends in the given way right after the table was altered.
SCRIPT = """
import os, signal
import django
django.setup()
from django.core.management import call_command
from django.db import DatabaseError, connection

def interrupted(execute, sql, params, many, context):
    done = execute(sql, params, many, context)
    if sql.startswith("ALTER TABLE") and "record_cl" in sql:
        {ending}
    return done

with connection.execute_wrapper(interrupted):
    call_command("create_field", "CL", "fax", "Varchar 50")
"""
ENDINGS = {"killed": "os.kill(os.getpid(), signal.SIGKILL)", "failing": "raise DatabaseError('no room left')"}


def publish_that_ends_early(site: Site, how: str) -> int:
    environment = {**site.environment, "DJANGO_SETTINGS_MODULE": "crm.settings"}
    script = SCRIPT.replace("{ending}", ENDINGS[how])
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, check=False).returncode


@pytest.mark.parametrize("how", ENDINGS)
def test_publish_that_ends_early_leaves_table_publication_and_draft_as_they_were(site, how):
    before = site.facts("check_schema")

    assert publish_that_ends_early(site, how) == {"killed": -9, "failing": 1}[how]

    assert site.facts("check_schema") == before
    assert site.facts("publish", "CL", "--plan")["operations"] == []
