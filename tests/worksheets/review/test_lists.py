"""The review of a list for a cluster: who joins, who is not known, and who leaves."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from clusters.catalogue.creating import create_cluster
from crm.jobs import control
from crm.jobs.models import Job
from crm.people.models import AuditEvent, Role
from crm.worksheets.models import Recipe, WorksheetState
from crm.worksheets.results import Counts
from crm.worksheets.review import reviewing, summaries
from tests.page_forms import forms_of
from tests.worksheets.review.pages import counts, members, said, worksheet_of

LIST = (
    "E-mail do cliente;Nome\n"
    + "".join(f"C{n}@example.com;Other\n" for n in range(1, 6))
    + "new1@example.com;Ana\nnew2@example.com;Bea\n"
)


def test_a_list_uploaded_for_a_cluster_is_ready_to_be_added(upload_page, people):
    page = upload_page(LIST, cluster="Dealers")

    assert counts(page) == {"rows": 7, "updated": 4, "unchanged": 1, "skipped": 2}
    assert page.context["action"].label == "Add 4 customers"
    assert said(page) == {
        "keys": "Rows find their customers by E-mail. 5 of 7 rows find one.",
        "mode": "Known customers are updated; nobody is created.",
        "columns": "1 of 2 columns are taken. Matched by header and cells: E-mail do cliente → E-mail. Only new ones would get Nome.",
        "set": "Every row gets Dealers = Yes.",
        "replace": "Who is not in this list stays as they are.",
        "empty": "An empty cell keeps what is stored.",
        "limits": "It stops at no limit.",
        "rest": (
            "Of several rows for one record, the first counts. Good rows are taken although others are refused."
            " What others change in between is listed afterwards."
        ),
        "format": "Read as text in UTF-8, columns divided by “;”. Row 1 names the columns.",
    }


def test_who_is_listed_twice_is_added_once_and_nobody_unknown(upload_page, press, people, dealers):
    page = upload_page(LIST + "c1@EXAMPLE.com;Other\nnew1@example.com;Ana\n", cluster="Dealers")

    assert counts(page) == {"rows": 9, "updated": 4, "unchanged": 1, "skipped": 4}
    assert "2 rows are for records that have another row already, and are left out." in page.text
    assert "2 rows are not known here" in page.text
    assert [row.cells[0] for row in page.context["skipped"].items] == ["new1@example.com", "new2@example.com"]
    press(press(page, mend="mode=upsert"), do="import")
    assert members(dealers) == ["Ana", "Bea", "C0", "C1", "C2", "C3", "C4", "C5"]


def test_the_unknown_are_listed_and_created_when_asked(upload_page, press, people, dealers):
    page = upload_page(LIST, cluster="Dealers")
    assert [row.cells[0] for row in page.context["skipped"].items] == ["new1@example.com", "new2@example.com"]
    assert "Create these 2" in page.text

    page = press(page, mend="mode=upsert")
    assert counts(page) == {"rows": 7, "created": 2, "updated": 4, "unchanged": 1}
    press(page, do="import")

    assert members(dealers) == ["Ana", "Bea", "C0", "C1", "C2", "C3", "C4", "C5"]


def test_adding_a_list_writes_over_nobody_else(upload_page, press, people, dealers):
    report = press(upload_page(LIST, cluster="Dealers"), do="import")

    assert members(dealers) == ["C0", "C1", "C2", "C3", "C4", "C5"]
    assert "4 updated, 1 unchanged, 2 skipped." in report.text
    assert worksheet_of(report).state == WorksheetState.DONE


def test_exactly_this_list_asks_for_the_number_of_those_who_leave(upload_page, press, people, dealers):
    page = press(upload_page(LIST, cluster="Dealers"), replace="Dealers")
    assert counts(page) == {"rows": 7, "updated": 4, "unchanged": 1, "skipped": 2, "leaving": 1}
    assert page.context["action"].label == "Add 4 customers, remove 1"

    refused = press(page, do="import")
    assert (refused.status_code, members(dealers)) == (422, ["C0", "C1"])
    assert "Type the number of those who leave" in refused.text

    press(page, do="import", confirm="1")
    assert members(dealers) == ["C1", "C2", "C3", "C4", "C5"]


def test_a_few_may_leave_without_a_typed_number(upload_page, press, people, dealers):
    dealers.objects.update(Dealers=True)
    text = "email\n" + "".join(f"c{n}@example.com\n" for n in range(1, 10))

    page = press(upload_page(text, cluster="Dealers"), replace="Dealers")
    press(page, do="import")

    assert not dealers.objects.get(email="c0@example.com").Dealers
    assert len(members(dealers)) == 9


def test_r01_a_long_worksheet_is_worked_on_in_the_background(client, upload_page, press, people, dealers, monkeypatch):
    monkeypatch.setattr(reviewing, "AT_ONCE", 2)
    page = upload_page(LIST, cluster="Dealers")
    assert "It is being rehearsed" in page.text

    control.run_here(Job.objects.get(kind="rehearse"))
    page = client.get(worksheet_of(page).get_absolute_url())
    assert page.context["action"].label == "Add 4 customers"

    page = press(page, do="import")
    assert "It is being imported" in page.text
    control.run_here(Job.objects.get(kind="import"))

    told = client.get("/").text
    assert "The import of list.csv has ended." in told
    assert len(members(dealers)) == 6


def test_what_waits_can_be_stopped_and_reviewed_again(client, upload_page, press, people, dealers, monkeypatch):
    page = upload_page(LIST, cluster="Dealers")
    monkeypatch.setattr(reviewing, "AT_ONCE", 2)
    page = press(page, do="import")
    address = f"{worksheet_of(page).get_absolute_url()}do/"

    report = client.post(address, {"do": "stop"}, follow=True)
    assert "Stopped. Nothing was written." in report.text

    page = client.post(address, {"do": "review"}, follow=True)
    assert worksheet_of(page).state == WorksheetState.UPLOADED
    assert members(dealers) == ["C0", "C1"]


@pytest.mark.parametrize("place", ["its own page", "the list of jobs"])
def test_an_import_that_is_stopped_while_it_waits_is_recorded_once(
    client, upload_page, press, people, dealers, monkeypatch, place
):
    page = upload_page(LIST, cluster="Dealers")
    monkeypatch.setattr(reviewing, "AT_ONCE", 2)
    worksheet = worksheet_of(press(page, do="import"))
    address = f"/jobs/{worksheet.job}/cancel/" if place == "the list of jobs" else f"{worksheet.get_absolute_url()}do/"

    for _twice in range(2):
        client.post(address, {"do": "stop"})

    worksheet.refresh_from_db()
    assert worksheet.state == WorksheetState.CANCELLED
    assert list(AuditEvent.objects.filter(verb__startswith="import").values_list("verb", "subject")) == [
        ("import-stopped", f"CL #{worksheet.number}")
    ]


def test_the_report_says_who_joined_and_leads_to_them(upload_page, press, people):
    page = press(upload_page("email\nc5@example.com\n", cluster="Dealers"), do="import")

    assert "1 joined" in page.text
    assert 'href="/crm/CL/?Dealers=true">See Dealers</a>' in page.text


def test_a_list_with_the_yes_and_no_of_another_cluster_is_added_at_the_first_press(
    upload_page, press_as_shown, people, dealers, admin
):
    create_cluster("Friends", by=admin)
    text = "email;Friends;birthDate\n" + "".join(
        f"c{n}@example.com;{'sim' if n % 2 else 'perhaps'};1990-01-0{n}\n" for n in range(2, 6)
    )

    report = press_as_shown(upload_page(text, cluster="Dealers"), "import")

    assert worksheet_of(report).state == WorksheetState.DONE
    assert members(dealers) == ["C0", "C1", "C2", "C3", "C4", "C5"]


def test_what_the_page_does_not_show_stays_as_it_was_chosen(upload_page, press, press_as_shown, people):
    text = "email;lastName;birthDate;rclastcartvalue\nc1@example.com;A;31/01/1990;1.234,50\n"
    page = press(upload_page(text), cut_1="on", grouped_3="on", decimal_3=",", takes_2="new", wrong_2="on")
    chosen = worksheet_of(page).choices["columns"]

    page = press_as_shown(page, "rehearse", mode=["update"])  # the birth date is idle now: how it is read is not shown
    page = press_as_shown(page, "rehearse", mode=["upsert"])

    assert worksheet_of(page).choices["columns"] == chosen
    page = press_as_shown(page, "rehearse", cut_1=[""])
    assert not worksheet_of(page).choices["columns"].get("lastName", {}).get("is_cut")


def test_a_limit_on_the_page_waits_for_a_manager(upload_page, press_as_shown, people, dealers):
    page = press_as_shown(upload_page(LIST, cluster="Dealers"), "rehearse", replace=["Dealers"], max_leave=["20 %"])
    assert "1 record would leave; at most 20 % may." in page.text
    assert said(page)["limits"] == "It waits for a manager if more than 20 % of the members leave."

    report = press_as_shown(page, "release")

    assert worksheet_of(report).state == WorksheetState.DONE
    assert members(dealers) == ["C1", "C2", "C3", "C4", "C5"]


def test_an_editor_lets_no_import_pass_its_limit(sign_in, people, dealers):
    editor = sign_in(Role.EDITOR)
    file = SimpleUploadedFile("list.csv", LIST.encode())
    page = editor.post("/worksheets/new/", {"entity": "CL", "cluster": "Dealers", "file": file}, follow=True)
    address = worksheet_of(page).get_absolute_url()
    form = next(form for form in forms_of(page.text, address) if form.button == (("do", "rehearse"),))
    sent = form.sent() | {"replace": ["Dealers"], "max_leave": ["0"]}
    page = editor.post(address, sent, follow=True)

    assert 'value="release"' not in page.text and 'value="import"' not in page.text
    assert editor.post(address, sent | {"do": ["release"]}).status_code == 403
    editor.post(address, sent | {"do": ["import"]})
    assert members(dealers) == ["C0", "C1"]


@pytest.fixture
def stopped(sign_in, people):
    """The review of an editor that a limit stopped, and how the editor posts it with changes."""
    editor = sign_in(Role.EDITOR)

    def post(page, do="rehearse", **changed):
        address = worksheet_of(page).get_absolute_url()
        form = next(form for form in forms_of(page.text, address) if form.button == (("do", "rehearse"),))
        return editor.post(address, form.sent() | {"do": [do]} | changed, follow=True)

    file = SimpleUploadedFile("list.csv", LIST.encode())
    page = editor.post("/worksheets/new/", {"entity": "CL", "cluster": "Dealers", "file": file}, follow=True)
    return post(page, max_changed=["2"]), post


@pytest.mark.parametrize(
    "changed",
    [
        {"max_changed": [""]},
        {"max_changed": ["100%"]},
        {"max_changed": [""], "delimiter": [";"]},
        {"max_changed": [""], "do": ["anew"]},
    ],
)
def test_an_editor_lifts_no_limit_that_stopped_the_worksheet(stopped, dealers, changed):
    page, post = stopped
    assert worksheet_of(page).choices["max_changed"] == "2"
    assert "only a manager may change it" in page.text

    page = post(post(page, **changed), duplicates=["last"], max_changed=[""])
    post(page, "import", max_changed=[""])

    assert (worksheet_of(page).choices["max_changed"], members(dealers)) == ("2", ["C0", "C1"])


def test_a_manager_changes_a_limit_that_stopped_an_editor(stopped, client, press_as_shown, dealers):
    page, _post = stopped
    page = client.get(worksheet_of(page).get_absolute_url())

    page = press_as_shown(page, "rehearse", max_changed=[""])

    assert worksheet_of(page).choices["max_changed"] == ""
    press_as_shown(page, "import")
    assert len(members(dealers)) == 6


def test_an_editor_keeps_the_limits_of_a_recipe(sign_in, upload_page, press, people):
    press(press(upload_page(LIST, cluster="Dealers"), max_changed="90%"), do="import")
    editor = sign_in(Role.EDITOR)
    file = SimpleUploadedFile("list.csv", LIST.encode())
    page = editor.post("/worksheets/new/", {"entity": "CL", "cluster": "Dealers", "file": file}, follow=True)

    editor.post(worksheet_of(page).get_absolute_url(), {"do": "anew"})

    assert worksheet_of(page).choices["max_changed"] == "90%"


@pytest.mark.parametrize("limit", ["", "100%", "5000"])
def test_a_limit_that_lets_all_leave_stands_for_no_typed_number(upload_page, press, people, dealers, limit):
    page = press(upload_page(LIST, cluster="Dealers"), replace="Dealers", max_leave=limit)

    refused = press(page, do="import")

    assert (refused.status_code, members(dealers)) == (422, ["C0", "C1"])


def test_what_is_no_limit_is_told_at_its_field(upload_page, press, people):
    page = press(upload_page(LIST, cluster="Dealers"), max_changed="many")

    assert page.context["form"].errors["max_changed"] == [
        "“many” is no limit: write a number such as 100, or a share such as 5%."
    ]


def test_the_recipe_of_an_import_is_named_on_its_report(client, upload_page, press, people):
    report = press(upload_page(LIST, cluster="Dealers"), do="import")
    assert '--recipe "list.csv"' in report.text or "--recipe &quot;list.csv&quot;" in report.text

    named = client.post(f"{worksheet_of(report).get_absolute_url()}do/", {"do": "name", "name": "Dealers, nightly"}, follow=True)

    assert "The recipe is called “Dealers, nightly” now." in named.text
    assert Recipe.objects.get().name == "Dealers, nightly"


def test_the_report_leads_to_those_that_were_imported(client, upload_page, press, people):
    text = "email;firstName\nc1@example.com;New\nc2@example.com;C2\nnew@example.com;Nina\n"
    report = press(upload_page(text), do="import")

    address = unescape(re.search(r'href="([^"]*_change_set[^"]*)"', report.text)[1])
    listing = client.get(address).context["listing"]

    assert "See these customers" in report.text
    assert sorted(record.email for record in listing.page.rows) == ["c1@example.com", "new@example.com"]
    assert [(found.label, found.text) for found in listing.active] == [
        ("Written by the import", f"#{worksheet_of(report).number}")
    ]
    assert client.get("/crm/CL/?_change_set=some").status_code == 400


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        ("en", "1 created, 1 refused", "2 created"),
        ("pt-br", "1 criado, 1 recusado", "2 criados"),
        ("es", "1 creado, 1 rechazado", "2 creados"),
    ],
)
def test_what_became_of_rows_is_told_in_singular_and_plural(language, one, several):
    with translation.override(language):
        assert summaries.counted(Counts(rows=2, created=1, errors=1)) == one
        assert summaries.counted(Counts(rows=2, created=2)) == several
