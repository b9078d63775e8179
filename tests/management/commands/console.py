"""Runs commands inside the site, one after another: a line of JSON
in (the words), a line of JSON out (exit code, output, errors).

Each is run as `manage.py` runs it, but for the second that a process takes to start.
"""

import json
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import django
from django.core.management import ManagementUtility


def run(words: list[str]) -> tuple[int, str, str]:
    output, errors = StringIO(), StringIO()
    with redirect_stdout(output), redirect_stderr(errors):
        code = _code_of(words)
    return code, output.getvalue(), errors.getvalue()


def _code_of(words: list[str]) -> int:
    try:
        ManagementUtility(["manage.py", *words]).execute()
    except SystemExit as ended:
        return int(ended.code or 0)
    except Exception:  # noqa: BLE001  # as an interpreter ends
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    django.setup()
    answers = sys.stdout
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), file=answers, flush=True)
