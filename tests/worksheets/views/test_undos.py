"""Taking an import back in the browser: rehearsal, undo, redo, and what is kept."""

import re

import pytest

from crm.jobs.models import Job
from crm.jobs.tasks import work_on
from crm.people.models import Role, User
from crm.records.models import ChangeSet, Undo
from crm.records.writing import saving
from crm.worksheets.views import undos


@pytest.fixture
def rehearse(browse):
    """Presses the button that rehearses taking a change-set back, and gives the page that answers."""

    def pressed(change_set: int):
        return browse.post("/worksheets/undo/", {"change_set": change_set}, follow=True)

    return pressed


def press(browse, page, name: str):
    return browse.post(page.redirect_chain[-1][0], {name: "1"}, follow=True)


def text(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_an_import_is_rehearsed_undone_and_redone(browse, rehearse, import_text, customers):
    worksheet = import_text("email,firstName\nana@example.com,Ana\neva@example.com,Eva\n", key="email").worksheet
    assert "Rehearse the undo" in text(browse.get(worksheet.get_absolute_url()))

    page = rehearse(worksheet.change_set)
    assert "Undo 2 changes" in text(page)
    assert customers.objects.count() == 2

    page = press(browse, page, "undo")
    assert "Redo" in text(page)
    assert customers.objects.count() == 0

    page = rehearse(Undo.objects.get().change_set_id)
    assert "Redo 2 changes" in text(page)
    press(browse, page, "undo")
    assert set(customers.objects.values_list("firstName", flat=True)) == {"Ana", "Eva"}


def test_what_is_kept_is_listed_with_its_reason(rehearse, import_text, customers, admin):
    worksheet = import_text("email,firstName\nana@example.com,Ana\n", key="email").worksheet
    saving.update(customers.objects.get(), {"lastName": "Souza"}, by=admin)

    page = text(rehearse(worksheet.change_set))

    assert "Changed since by Ada, on a page: 1" in page.replace(" :", ":")
    assert "Ana Souza the whole record Changed since by Ada, on a page" in page
    assert "Nothing can be undone: all of it was changed since." in page


def test_pressing_twice_undoes_once(browse, rehearse, import_text):
    page = rehearse(import_text("email\nana@example.com\n", key="email").worksheet.change_set)

    press(browse, page, "undo")
    press(browse, page, "undo")

    assert ChangeSet.objects.filter(kind="undo").count() == 1


def test_what_is_undone_is_not_undone_again_from_another_page(browse, rehearse, import_text, customers):
    change_set = import_text("email\nana@example.com\n", key="email").worksheet.change_set
    first, second = rehearse(change_set), rehearse(change_set)
    press(browse, first, "undo")

    assert "This is undone already; there is nothing left of it to undo." in text(press(browse, second, "undo"))
    assert "This is undone already; there is nothing left of it to undo." in text(rehearse(change_set))
    assert ChangeSet.objects.filter(kind="undo").count() == 1


def test_an_undo_is_taken_back_once(browse, rehearse, import_text, customers):
    press(browse, rehearse(import_text("email\nana@example.com\n", key="email").worksheet.change_set), "undo")
    undone = ChangeSet.objects.get(kind="undo").pk
    press(browse, rehearse(undone), "undo")

    assert "This undo is taken back already; there is nothing left of it to redo." in text(rehearse(undone))
    assert customers.objects.count() == 1


def test_many_changes_are_undone_in_the_background(browse, rehearse, import_text, customers, monkeypatch):
    monkeypatch.setattr(undos, "AT_ONCE", 1)
    worksheet = import_text("email\nana@example.com\neva@example.com\n", key="email").worksheet

    page = rehearse(worksheet.change_set)
    assert "You may leave this page" in text(page)
    work_on(Job.objects.get(kind="rehearse-undo").pk)
    assert "Undo 2 changes" in text(browse.get(page.redirect_chain[-1][0]))

    assert "You may leave this page" in text(press(browse, page, "undo"))
    work_on(Job.objects.get(kind="undo").pk)
    assert "Redo" in text(browse.get(page.redirect_chain[-1][0]))
    assert customers.objects.count() == 0


def test_a_stopped_undo_says_so_and_goes_on(browse, rehearse, import_text, customers, monkeypatch):
    page = rehearse(import_text("email\nana@example.com\n", key="email").worksheet.change_set)
    monkeypatch.setattr(undos, "AT_ONCE", 0)
    press(browse, page, "undo")
    job = Job.objects.get(kind="undo")

    press(browse, page, "stop")
    job.refresh_from_db()
    assert (job.state, "Go on" in text(browse.get(page.redirect_chain[-1][0]))) == ("cancelled", True)

    press(browse, page, "go_on")
    work_on(job.pk)
    assert (Undo.objects.get().state, customers.objects.count()) == ("done", 0)


def test_the_rest_is_offered_when_what_stood_in_the_way_is_undone(browse, rehearse, import_text):
    a = import_text("email,firstName\nana@example.com,Ana\n", key="email").worksheet
    b = import_text("email,firstName\nana@example.com,Anna\n", key="email").worksheet
    press(browse, rehearse(a.change_set), "rehearse")
    undo_a = Undo.objects.get()
    Undo.objects.filter(pk=undo_a.pk).update(state=Undo.State.DONE)

    page = press(browse, rehearse(b.change_set), "undo")

    assert f"Of #{a.number} list.csv some was kept because of what you have undone now." in text(page)
    assert "Undo 1 change" in text(rehearse(a.change_set))


def test_an_import_that_is_not_over_cannot_be_undone(rehearse, import_text):
    worksheet = import_text("email\nana@example.com\n", key="email").worksheet
    Job.objects.filter(pk=worksheet.job).update(state="interrupted")

    assert "This is not over yet; stop it first, or wait until it is." in text(rehearse(worksheet.change_set))
    assert Undo.objects.count() == 0


def test_an_editor_sees_no_button_and_may_not(client, import_text):
    worksheet = import_text("email\nana@example.com\n", key="email").worksheet
    client.force_login(User.objects.create(email="ed@example.com", role=Role.EDITOR))

    assert "Rehearse the undo" not in text(client.get(worksheet.get_absolute_url()))
    assert client.post("/worksheets/undo/", {"change_set": worksheet.change_set}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_what_is_kept_takes_the_same_queries_however_long(
    browse, rehearse, import_text, customers, admin, django_assert_num_queries, rows
):
    lines = "".join(f"p{number}@example.com\n" for number in range(rows))
    page = rehearse(import_text(f"email\n{lines}", key="email").worksheet.change_set)
    for record in customers.objects.all():
        saving.update(record, {"lastName": "Souza"}, by=admin)
    press(browse, page, "rehearse")

    with django_assert_num_queries(9):
        browse.get(page.redirect_chain[-1][0])


def test_a_long_list_is_paged(browse, rehearse, import_text, customers, admin, monkeypatch):
    monkeypatch.setattr(undos, "PAGE_SIZE", 2)
    worksheet = import_text("email\na@example.com\nb@example.com\nc@example.com\n", key="email").worksheet
    for record in customers.objects.all():
        saving.update(record, {"lastName": "Souza"}, by=admin)

    page = rehearse(worksheet.change_set)
    following = re.search(r'href="(\?_after=\d+)#kept"', page.content.decode()).group(1)
    second = browse.get(page.redirect_chain[-1][0] + following)

    assert [text(shown).count("the whole record") for shown in (page, second)] == [2, 1]


@pytest.mark.parametrize("after", ["9" * 5000, "²", "٣", "-1", "a"])
def test_the_list_of_what_is_kept_begins_at_the_first_after_a_strange_number(rehearse, import_text, browse, after):
    worksheet = import_text("email\na@example.com\n", key="email").worksheet

    page = rehearse(worksheet.change_set)

    assert browse.get(page.redirect_chain[-1][0], {"_after": after}).status_code == 200


def test_an_undo_that_is_stopped_while_it_waits_says_so(browse, rehearse, import_text, customers, monkeypatch):
    worksheet = import_text("email,firstName\nana@example.com,Ana\neva@example.com,Eva\n", key="email").worksheet
    page = rehearse(worksheet.change_set)
    monkeypatch.setattr(undos, "AT_ONCE", 1)
    press(browse, page, "undo")

    press(browse, page, "stop")

    assert (Undo.objects.get().state, customers.objects.count()) == (Undo.State.STOPPED, 2)
