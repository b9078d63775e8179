"""Files of records: uploaded and removed on the form, served only to who may read, never run; kept for the history."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from crm.people.models import Role, User
from crm.records import undoing
from crm.records.errors import InvalidRecord, VersionConflict
from crm.records.history.retention import keep_history
from crm.records.models import Attachment, RecordChange
from crm.records.writing import attachments, restoring, saving
from crm.records.writing.attachments import FileChange
from crm.schema.definitions import FieldDefinition


@pytest.fixture
def parts(define):
    return define(code="Varchar 50", scan=FieldDefinition("scan", "File", options={"max_size": 1}), photo="File")


def upload(name: str = "scan.pdf", content: bytes = b"%PDF") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored_paths() -> set[str]:
    return set(Attachment.objects.values_list("file", flat=True))


def files_in_storage() -> int:
    folders = default_storage.listdir("attachments")[0] if default_storage.exists("attachments") else []
    return sum(len(default_storage.listdir(f"attachments/{folder}")[1]) for folder in folders)


def test_a_file_is_uploaded_with_the_record_and_saved_as_one_change(parts, browse):
    browse.post("/crm/PT/new/", {"code": "A", "scan": [upload("b.pdf", b"bb"), upload("a.pdf", b"a")]})

    record = parts.objects.get()
    assert [(one["name"], one["size"]) for one in record.scan] == [("b.pdf", 2), ("a.pdf", 1)]
    assert RecordChange.objects.count() == 1
    assert files_in_storage() == 2


def test_files_are_added_replaced_by_name_and_removed(parts, browse, admin):
    record = saving.create(
        parts, {"code": "A"}, by=admin, record_id="a", files={"scan": FileChange((upload("a.pdf"), upload("b.pdf")))}
    )
    assert "Remove a.pdf" in browse.get("/crm/PT/a/").text

    browse.post("/crm/PT/a/", {"code": "A", "_remove_scan": ["b.pdf"], "scan": [upload("a.pdf", b"new"), upload("c.pdf")]})

    before, record = record.scan, parts.objects.get()
    assert [(one["name"], one["size"]) for one in record.scan] == [("a.pdf", 3), ("c.pdf", 4)]
    assert RecordChange.objects.get(kind="u").before == {"scan": before}

    browse.post("/crm/PT/a/", {"code": "A", "_remove_scan": ["a.pdf", "c.pdf"]})
    assert parts.objects.get().scan is None


def test_a_form_without_files_changes_none(parts, browse, admin):
    saving.create(parts, {"code": "A"}, by=admin, record_id="a", files={"scan": FileChange((upload(),))})

    browse.post("/crm/PT/a/", {"code": "B"})

    assert RecordChange.objects.get(kind="u").before == {"code": "A"}


def test_r47_a_file_that_is_too_large_is_refused_by_name_and_nothing_is_kept(parts, browse, admin):
    saving.create(parts, {"code": "A"}, by=admin, record_id="a")

    page = browse.post("/crm/PT/a/", {"code": "B", "scan": [upload(), upload("big.pdf", b"x" * (1024 * 1024 + 1))]})

    assert page.status_code == 422
    assert "“big.pdf” is larger than 1 MB." in page.text
    assert (parts.objects.get().code, Attachment.objects.count(), files_in_storage()) == ("A", 0, 0)


def test_what_is_refused_leaves_no_file_behind(parts, admin):
    record = saving.create(parts, {"code": "A"}, by=admin)

    with pytest.raises(InvalidRecord):
        saving.update(record, {"code": "x" * 51}, by=admin, files={"scan": FileChange((upload(),))})
    with pytest.raises(VersionConflict):
        saving.update(record, {}, by=admin, expected_version=7, files={"scan": FileChange((upload(),))})
    with pytest.raises(InvalidRecord):
        saving.create(parts, {"code": "B"}, by=admin, record_id=record.pk, files={"scan": FileChange((upload(),))})

    assert (Attachment.objects.count(), files_in_storage()) == (0, 0)


def test_a_field_holds_a_limited_number_of_files(parts, admin, monkeypatch):
    monkeypatch.setattr(attachments, "MOST", 1)

    with pytest.raises(InvalidRecord, match="at most 1 files"):
        saving.create(parts, {}, by=admin, files={"scan": FileChange((upload("a"), upload("b")))})


def test_only_a_field_of_files_takes_files(parts, admin):
    with pytest.raises(InvalidRecord, match="takes no files"):
        saving.create(parts, {}, by=admin, files={"code": FileChange((upload(),))})
    with pytest.raises(InvalidRecord, match="read-only"):
        saving.create(parts, {"scan": [{"id": "someone else's", "name": "a", "size": 1}]}, by=admin)


def test_a_file_is_given_out_to_be_saved_and_never_run(parts, browse, admin):
    saving.create(
        parts, {}, by=admin, record_id="a", files={"scan": FileChange((upload("página <b>.html", b"<script>alert(1)</script>"),))}
    )

    answer = browse.get("/crm/PT/a/files/scan/página <b>.html")

    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    assert all(path.count(".") == 0 for path in stored_paths())


@pytest.mark.parametrize(
    "address",
    [
        "a/files/scan/other.pdf",
        "a/files/photo/scan.pdf",
        "a/files/code/scan.pdf",
        "a/files/nope/scan.pdf",
        "b/files/scan/scan.pdf",
    ],
)
def test_there_is_no_other_way_to_a_file(parts, browse, admin, address):
    saving.create(parts, {"code": "A"}, by=admin, record_id="a", files={"scan": FileChange((upload(),))})
    saving.create(parts, {}, by=admin, record_id="b")

    assert browse.get(f"/crm/PT/{address}").status_code == 404


def test_nobody_reads_a_file_without_signing_in(parts, client, admin):
    saving.create(parts, {}, by=admin, record_id="a", files={"scan": FileChange((upload(),))})

    assert client.get("/crm/PT/a/files/scan/scan.pdf").status_code == 302


def test_a_reader_downloads_and_does_not_upload(parts, client, admin):
    saving.create(parts, {}, by=admin, record_id="a", files={"scan": FileChange((upload(),))})
    client.force_login(User.objects.create(email="rea@example.com", role=Role.READER))

    page = client.get("/crm/PT/a/").text
    assert "scan.pdf" in page and 'type="file"' not in page and "Remove" not in page
    assert client.get("/crm/PT/a/files/scan/scan.pdf").status_code == 200
    assert client.post("/crm/PT/a/", {"scan": upload("b.pdf")}).status_code == 403


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\x\\y.doc", "y.doc"), ("a\u202egpj.exe", "agpj.exe"), ("..", "file"), ("", "file"),
        ("x" * 200 + ".pdf", "x" * 96 + ".pdf"), (" .htaccess", "htaccess"), ("a\x00b\n.txt", "ab.txt"),
    ],
)  # fmt: skip
def test_names_are_made_harmless(name, kept):
    assert attachments.clean_name(name) == kept


def test_two_files_of_one_name_are_told_apart(parts, admin):
    record = saving.create(parts, {}, by=admin, files={"scan": FileChange((upload("a.pdf"), upload("a.pdf"), upload("a.pdf")))})

    assert [one["name"] for one in record.scan] == ["a.pdf", "a (2).pdf", "a (3).pdf"]


def test_a_file_that_the_storage_lost_is_not_found(parts, browse, admin):
    saving.create(parts, {}, by=admin, record_id="a", files={"scan": FileChange((upload(),))})
    default_storage.delete(Attachment.objects.get().file.name)

    assert browse.get("/crm/PT/a/files/scan/scan.pdf").status_code == 404


def test_a_deleted_record_comes_back_with_its_files(parts, browse, admin):
    record = saving.create(parts, {}, by=admin, record_id="a", files={"scan": FileChange((upload(),))})
    saving.delete(record, by=admin)
    attachments.sweep(timezone.now())

    restoring.restore(parts, "a", by=admin)

    assert b"".join(browse.get("/crm/PT/a/files/scan/scan.pdf").streaming_content) == b"%PDF"


def test_files_that_no_record_has_go_when_the_history_goes(parts, admin, settings):
    settings.RETAIN_HISTORY_DAYS = 30
    now = timezone.now()
    record = saving.create(parts, {}, by=admin, files={"scan": FileChange((upload("a"), upload("b")))})
    record = saving.update(record, {}, by=admin, files={"scan": FileChange(removed=frozenset({"b"}))})

    assert [attachments.sweep(now + timedelta(days=days)) for days in (1, 20, 32)] == [0, 0, 1]

    assert [one.name for one in Attachment.objects.all()] == ["a"]
    assert files_in_storage() == 1


def test_a_file_that_came_back_is_kept(parts, admin, settings):
    settings.RETAIN_HISTORY_DAYS = 30
    now = timezone.now()
    record = saving.create(parts, {}, by=admin, record_id="a", files={"scan": FileChange((upload("a"),))})
    saving.delete(record, by=admin)
    attachments.sweep(now)
    restoring.restore(parts, "a", by=admin)

    assert [attachments.sweep(now + timedelta(days=days)) for days in (1, 40, 80)] == [0, 0, 0]


def test_the_daily_job_sweeps(parts, admin):
    assert keep_history(None)["files_deleted"] == 0


def test_files_of_a_hidden_field_are_kept(parts, admin, settings):
    from crm.people.actors import Actor  # noqa: PLC0415
    from crm.schema.draft import editing  # noqa: PLC0415
    from crm.schema.models import Field  # noqa: PLC0415
    from crm.schema.publishing import publishing  # noqa: PLC0415

    settings.RETAIN_HISTORY_DAYS = 1
    saving.create(parts, {}, by=admin, files={"scan": FileChange((upload(),))})
    editing.hide_field(Field.objects.get(entity__acronym="PT", name="scan"))
    publishing.publish(by=Actor.operator())
    now = timezone.now()

    assert [attachments.sweep(now + timedelta(days=days)) for days in (1, 10, 20)] == [0, 0, 0]


def test_undoing_brings_a_removed_file_back(parts, browse, admin):
    record = saving.create(parts, {"code": "A"}, by=admin, record_id="a", files={"scan": FileChange((upload("ä b.pdf"),))})
    record = saving.update(record, {}, by=admin, files={"scan": FileChange(removed=frozenset({"ä b.pdf"}))})
    change = RecordChange.objects.get(kind="u")

    undoing.run(undoing.open_undo(change.change_set, by=admin), by=admin)

    assert [one["name"] for one in parts.objects.get().scan] == ["ä b.pdf"]
    assert b"".join(browse.get("/crm/PT/a/files/scan/ä b.pdf").streaming_content) == b"%PDF"


def test_undoing_a_deletion_brings_files_back(parts, browse, admin):
    record = saving.create(parts, {"code": "A"}, by=admin, record_id="a", files={"scan": FileChange((upload(),))})
    before = list(parts.objects.values("code", "scan", "photo"))
    saving.delete(record, by=admin)
    change = RecordChange.objects.get(kind="d")

    undoing.run(undoing.open_undo(change.change_set, by=admin), by=admin)

    assert list(parts.objects.values("code", "scan", "photo")) == before
    assert browse.get("/crm/PT/a/files/scan/scan.pdf").status_code == 200
