"""Files that come in while there is no room for them: said on the
form, with all else that was typed, and nothing of them stays."""

import errno
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile, TemporaryUploadedFile, UploadedFile

from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.records.writing import saving
from crm.schema.generated import current
from crm.worksheets.models import Worksheet

ROWS = b"email;firstName\nana@example.com;Ana\n"
NO_ROOM = "there was no room for “list.csv”, and nothing of it is kept"


@pytest.fixture
def client(client, db):
    client.force_login(User.objects.create(email="ada@example.com", role=Role.ADMINISTRATOR))
    return client


@pytest.fixture
def full_disk(monkeypatch) -> None:
    """Takes some bytes of an upload, and no more."""

    def chunks(_file, _size=None):
        yield b"email"
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(InMemoryUploadedFile, "chunks", chunks)


@pytest.fixture
def full_temporary_folder(monkeypatch, settings) -> None:
    """What is put aside while a form is read goes where there is no room: the kernel itself says so."""

    def without_room(self, name, content_type, size, charset, content_type_extra=None):
        disk = Path("/dev/full").open("r+b")  # noqa: SIM115  # closed by whom it is given to
        UploadedFile.__init__(self, disk, name, content_type, size, charset)

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", without_room)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0


def files() -> list[Path]:
    return [path for path in Path(default_storage.location).rglob("*") if path.is_file()]


def upload(client, name="list.csv"):
    return client.post("/worksheets/new/", {"entity": "AD", "file": SimpleUploadedFile(name, ROWS), "pasted": " "})


def assert_refused(answer, said=NO_ROOM):
    assert (answer.status_code, said in answer.text) == (422, True)
    assert '<option value="AD" selected>' in answer.text
    assert (Worksheet.objects.count(), files()) == (0, [])


def test_a_worksheet_that_the_disk_has_no_room_for(client, full_disk):
    assert_refused(upload(client))


def test_a_worksheet_that_finds_no_room_while_the_form_is_read(client, full_temporary_folder):
    assert_refused(upload(client))


def test_a_storage_that_refuses_is_named(client, settings, tmp_path):
    (tmp_path / "files").write_bytes(b"no folder")

    answer = upload(client)

    assert (answer.status_code, "“list.csv” could not be stored" in answer.text) == (422, True)
    assert not Worksheet.objects.exists()


def test_a_temporary_folder_that_is_not_there_is_told(client, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE, settings.FILE_UPLOAD_TEMP_DIR = 0, "/nowhere"

    assert_refused(upload(client), "“list.csv” could not be stored (No such file or directory)")


def test_a_database_without_room_keeps_no_file(client, no_room):
    with no_room("worksheets_worksheet"):
        assert_refused(upload(client))


def test_a_file_that_the_storage_took_only_in_part_is_no_file(db):
    class Moved(File):
        """As Django moves it to another disk."""

        size = 9

    with pytest.raises(OSError, match="in part only"):
        default_storage.save("list.csv", Moved(BytesIO(b"email")))

    assert files() == []


@pytest.mark.parametrize("fault", ["full_disk", "full_temporary_folder"])
def test_a_record_keeps_what_was_typed_when_its_file_has_no_room(client, request, fault):
    record = saving.create(current.models()["CL"], {"email": "ana@example.com"}, by=Actor.operator())
    request.getfixturevalue(fault)

    answer = client.post(f"/crm/CL/{record.pk}/", {"firstName": "Ana Maria", "attach": SimpleUploadedFile("list.csv", ROWS)})

    assert (answer.status_code, NO_ROOM in answer.text, 'value="Ana Maria"' in answer.text, files()) == (422, True, True, [])
    record.refresh_from_db()
    assert (record.firstName, record.crm_version) == (None, 1)


def test_a_record_keeps_what_was_typed_when_the_database_has_no_room(client, no_room):
    with no_room("record_cl"):
        answer = client.post("/crm/CL/new/", {"email": "ana@example.com", "attach": SimpleUploadedFile("list.csv", ROWS)})

    assert (answer.status_code, 'value="ana@example.com"' in answer.text, files()) == (507, True, [])
    assert "The disk is full: there is no room for what was to be written." in answer.text


def test_any_other_page_says_that_the_disk_is_full(client, no_room):
    client.raise_request_exception = False
    with no_room("people_user"):
        answer = client.post("/account/", {"name": "Ada", "language": "en"})

    assert (answer.status_code, "<h1>The disk is full</h1>" in answer.text) == (507, True)
