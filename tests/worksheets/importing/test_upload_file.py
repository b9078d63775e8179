"""An upload is stored completely, the file and what is known of it, or not at all."""

import pytest
from django.core.files.base import ContentFile

from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.importing.upload_file import opened_file, stored
from crm.worksheets.models import Worksheet


def test_the_file_is_stored_with_its_worksheet(db):
    worksheet = Worksheet(entity="CL", name="list.csv")

    with stored(worksheet, ContentFile(b"email\n")):
        worksheet.save()

    with opened_file(worksheet) as file:
        assert file.read() == b"email\n"


def test_no_file_stays_if_the_worksheet_is_not_stored(db):
    worksheet = Worksheet(entity="CL", name="list.csv")

    with pytest.raises(RuntimeError), stored(worksheet, ContentFile(b"email\n")):
        name, storage = worksheet.file.name, worksheet.file.storage
        raise RuntimeError

    assert not storage.exists(name)


def test_a_file_that_is_gone_is_refused_in_words(upload):
    worksheet = upload("email\n")
    worksheet.file.storage.delete(worksheet.file.name)

    with pytest.raises(UnreadableWorksheet, match="Upload it again"):
        opened_file(worksheet)
