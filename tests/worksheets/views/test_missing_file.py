"""The stored file is gone, whatever happened to the storage: every page still opens and says what is so."""

import pytest

from crm.worksheets.models import Worksheet, WorksheetState


@pytest.fixture
def lost(upload) -> Worksheet:
    """Uploaded, never looked at, and its file is gone."""
    worksheet = upload("email;firstName\nana@example.com;Ana\n", key="email")
    worksheet.file.storage.delete(worksheet.file.name)
    return worksheet


SAID = "The uploaded file is not there any more. Upload it again."


def test_its_page_says_what_happened_and_it_can_be_discarded(browse, lost):
    page = browse.get(lost.get_absolute_url())

    assert (page.status_code, SAID in page.text, "Nothing was written." in page.text) == (200, True, True)

    browse.post(lost.get_absolute_url(), {"do": "discard"})
    assert not Worksheet.objects.exists()


@pytest.mark.parametrize("do", ["rehearse", "anew"])
def test_a_review_whose_file_is_lost_says_so(browse, lost, upload, do):
    whole = upload("email;firstName\nana@example.com;Ana\n", key="email")
    browse.get(whole.get_absolute_url())
    whole.refresh_from_db()
    whole.file.storage.delete(whole.file.name)
    page = browse.get(whole.get_absolute_url())
    form = {bound.html_name: bound.value() for bound in page.context["form"] if bound.value() not in (None, False, "")}

    answer = browse.post(whole.get_absolute_url(), {**form, "do": do}, follow=True)

    assert (answer.status_code, SAID in answer.text) == (200, True)


def test_the_error_worksheet_of_a_lost_file_is_refused_with_the_reason(browse, import_text):
    worksheet = import_text("email;firstName\nno address;Ana\n", key="email").worksheet
    worksheet.file.storage.delete(worksheet.file.name)

    answer = browse.get(f"/worksheets/{worksheet.number}/errors/", follow=True)

    assert (answer.redirect_chain, SAID in answer.text) == ([(worksheet.get_absolute_url(), 302)], True)
    assert worksheet.state == WorksheetState.PARTLY
