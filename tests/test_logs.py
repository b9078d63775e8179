"""What the log says, and what it never does."""

import io
import json
import logging
import logging.config

import pytest
from django.db import IntegrityError

from crm import logs
from crm.people.models import Role, User


@pytest.fixture
def written(settings):
    """The lines that the site has logged since, as JSON."""
    handler = logging.StreamHandler(stream := io.StringIO())
    handler.setFormatter(logs.line_formatter(for_people=False))
    root = logging.getLogger()
    level, _ = root.level, root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.django_db
def test_request_is_logged_with_its_id_and_without_what_was_looked_for(client, written):
    user = User.objects.create_user("rea@example.com", "x", Role.READER)
    client.force_login(user)

    answer = client.get("/crm/CL/", {"_q": "secret@example.com"})

    (line,) = [line for line in written() if line["event"] == "request_finished"]
    assert (line["request"], line["code"], line["user_id"]) == ("GET /crm/CL/", 200, str(user.pk))
    assert line["request_id"] == answer["X-Request-ID"]
    assert "secret" not in json.dumps(written())


@pytest.mark.django_db
def test_sign_in_that_fails_leaves_no_address_in_the_log(client, written):
    client.post("/sign-in/", {"login": "ana@example.com", "password": "guess"})

    assert "ana@" not in json.dumps(written())
    assert "guess" not in json.dumps(written())


def test_failure_is_logged_by_type_and_place_without_its_message(written):
    try:
        raise IntegrityError("Key (email)=(ana@example.com) already exists.")
    except IntegrityError:
        logging.getLogger("crm.records").exception("Not saved")

    (line,) = written()
    assert (line["event"], line["level"], line["exception"]) == ("Not saved", "error", "IntegrityError")
    assert line["frames"][-1].endswith("test_failure_is_logged_by_type_and_place_without_its_message")
    assert "ana@" not in json.dumps(line)


def test_exception_as_an_argument_is_logged_by_its_type(written):
    logging.getLogger("crm.jobs").warning(
        "The worker waits: %s", OSError(28, "No space left on device", "/var/files/layoffs.csv")
    )

    assert written()[-1]["event"] == "The worker waits: OSError"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "hidden"),
    [("/crm/CL/x/files/attach/layoffs.pdf", "layoffs"), ("/crm/CL/ana@example.com/", "ana@"), ("/ana@example.com", "ana@")],
)
def test_address_is_logged_without_names_of_files_and_people(client, written, address, hidden):
    client.force_login(User.objects.create_user("rea@example.com", "x", Role.READER))

    client.get(address)

    assert any(line["event"] == "request_finished" for line in written())
    assert hidden not in json.dumps(written())
