"""What every command says of a database without tables, of a wrong switch, and to a pipe that nobody reads."""

import stat
import subprocess
import sys

import pytest

from tests.faults.conftest import database
from tests.served import ROOT, new_site, served, site_environment

MIGRATE_FIRST = "run `python manage.py migrate` first"


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    with database(folder) as url:
        yield site_environment(folder, url, LOG_FORMAT="text")


def run(environment, *words, cwd=ROOT):
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    "words",
    [
        ["list_clusters"],
        ["list_clusters", "--json"],
        ["check_schema"],
        ["seed_demo"],
        ["create_field", "CL", "fax", "Text"],
        ["serve"],
        ["work"],
    ],
    ids=" ".join,
)
def test_without_tables_a_command_says_what_to_do(empty, words):
    done = run(empty, *words)

    assert (done.returncode, done.stdout) == (1, "")
    assert MIGRATE_FIRST in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("switch", "said"),
    [
        ({"STORAGE_URL": "s3://bucket/files"}, "STORAGE_URL must be file:///absolute/path, not 's3://bucket/files'."),
        ({"STORAGE_URL": "/srv/files"}, "STORAGE_URL must be file:///absolute/path, not '/srv/files'."),
        ({"COUNTRY": "Brazil"}, "COUNTRY must be the two letters of a country"),
        ({"LANGUAGE_CODE": "fr"}, "LANGUAGE_CODE must be one of en, pt-br, es, not 'fr'."),
        ({"TIME_ZONE": "Sao_Paulo"}, "TIME_ZONE must be a name such as America/Sao_Paulo, not 'Sao_Paulo'."),
        ({"HTTPS_ONLY": "maybe"}, "HTTPS_ONLY must be 1 or 0, not 'maybe'."),
        ({"MAX_FIELDS": "many"}, "MAX_FIELDS must be a whole number, not 'many'."),
        ({"DATABASE_URL": "mysql://localhost/crm"}, "DATABASE_URL must begin with sqlite:// or postgres://"),
    ],
    ids=lambda value: "=".join(*value.items()) if isinstance(value, dict) else "",
)
def test_a_wrong_switch_is_one_line(empty, switch, said):
    done = run(empty | switch, "list_clusters")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {said}")
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with database(folder) as url:
        yield new_site(folder, url, SECURE_COOKIES="0")


@pytest.mark.parametrize("words", ["list_clusters", "list_clusters --json", "--help", "create_cluster Closed"])
def test_a_pipe_that_nobody_reads_ends_a_command_without_a_word(environment, words):
    done = subprocess.run(
        f"{sys.executable} manage.py {words} | true",
        shell=True,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("", "")


def test_serve_works_from_anywhere_and_warns_of_plain_cookies_for_others(environment, tmp_path):
    with served(environment, "--host", "0.0.0.0", cwd=tmp_path) as client:
        assert client.get("/healthz").status == 200
        assert client.get("/sign-in/").status == 200
        assert "SECURE_COOKIES=0 on 0.0.0.0" in client.said

    with served(environment, "--no-worker", cwd=tmp_path) as client:
        assert "SECURE_COOKIES" not in client.said


def test_what_is_kept_is_its_owners_alone(tmp_path):
    """Also where an earlier release left it open to others."""
    folder = tmp_path / "var"
    environment = new_site(folder, f"sqlite:///{folder}/crm.sqlite3")
    folder.chmod(0o755)
    (folder / "crm.sqlite3").chmod(0o644)

    with served(environment) as client:
        client.sign_in()
        client.post("/worksheets/new/", {"entity": "CL"}, files={"file": ("list.csv", b"email\nana@example.com\n")})
        assert modes(folder) == {
            "secret_key": 0o600,
            "account_id": 0o600,
            **{f"crm.sqlite3{end}": 0o600 for end in ("", "-wal", "-shm")},
        }
        uploads = list((folder / "files").rglob("*"))
        assert [str(path) for path in folder.rglob("*") if path.stat().st_mode & 0o077 and path.suffix != ".log"] == []
        assert {stat.S_IMODE(path.stat().st_mode) for path in uploads if path.is_file()} == {0o600}
        assert {stat.S_IMODE(path.stat().st_mode) for path in [folder, folder / "files", *uploads] if path.is_dir()} == {0o700}


def modes(folder):
    names = ("secret_key", "account_id", "crm.sqlite3", "crm.sqlite3-wal", "crm.sqlite3-shm")
    return {name: stat.S_IMODE((folder / name).stat().st_mode) for name in names}


def test_a_folder_of_others_keeps_its_mode(tmp_path):
    (tmp_path / "theirs.txt").touch()
    tmp_path.chmod(0o755)

    run(site_environment(tmp_path, f"sqlite:///{tmp_path}/crm.sqlite3", SECRET_KEY="x" * 50), "check")

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "crm.sqlite3").stat().st_mode) == 0o600


def test_account_id_is_made_once(environment):
    ask = "import os, django; django.setup(); from django.conf import settings; print(settings.ACCOUNT_ID)"
    command = [sys.executable, "-c", ask]
    asked = environment | {"DJANGO_SETTINGS_MODULE": "crm.settings"}

    first, again, given = (
        subprocess.run(command, cwd=ROOT, env=asked | more, capture_output=True, text=True, check=True).stdout.strip()
        for more in ({}, {}, {"ACCOUNT_ID": "aurora"})
    )

    assert (len(first), first == again, given) == (32, True, "aurora")
