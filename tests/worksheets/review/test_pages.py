"""The review: uploaded, read as guessed, mended, decided, all on one page that works by reload."""

import re
from urllib.parse import urljoin

import pytest
from django.test import Client

from crm.people.models import Role, User
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.worksheets.models import Worksheet, WorksheetState
from crm.worksheets.review import reviewing
from tests.worksheets.review.pages import counts, fields_of, said, worksheet_of

CHOICES = {"choices": [{"value": "gold", "label": "Gold"}, {"value": "silver", "label": "Silver"}]}


def test_what_is_ambiguous_is_asked_before_anything_is_rehearsed(upload_page, press, customers):
    page = upload_page("email;birthDate\na@example.com;03/04/1990\nb@example.com;05/06/1990\n")

    assert "One question first" in page.text and "How is “03/04/1990” in birthDate to be read?" in page.text
    assert worksheet_of(page).state == WorksheetState.UPLOADED

    page = press(page, dates_1="dmy")
    assert counts(page) == {"rows": 2, "created": 2}
    press(page, do="import")
    assert [str(day) for day in customers.objects.order_by("email").values_list("birthDate", flat=True)] == [
        "1990-04-03",
        "1990-06-05",
    ]


def test_an_unanswered_question_stays_and_typed_things_are_kept(upload_page, press, customers):
    page = upload_page("email;birthDate\na@example.com;03/04/1990\n")

    page = press(page, empty="clear")

    assert "One question first" in page.text
    assert said(page)["empty"] == "An empty cell clears what is stored."


def test_refusals_are_told_by_cause_with_what_mends_them(upload_page, press, customers):
    rows = "".join(f"a{n}@example.com;{n:02}/12/1990;x\n" for n in range(1, 21))
    page = upload_page(f"email;birthDate;lastName\nb@example.com;1990-12-31;y\n{rows}")
    page = press(page, dates_1="iso")

    cause = page.context["causes"][0]
    assert (cause.group.column, cause.group.count, cause.group.example.row) == ("birthDate", 20, 3)
    labels = [fix.label for fix in cause.fixes]
    assert labels == [
        "20 dates look like dd/mm: read them so", "12 dates look like mm/dd: read them so", "Leave these 20 cells out",
    ]  # fmt: skip

    page = press(page, mend=cause.fixes[0].changes)
    assert counts(page) == {"rows": 21, "created": 21}


def test_refused_cells_can_be_left_out(upload_page, press, customers):
    page = upload_page("email;birthDate\na@example.com;soon\n")
    fix = page.context["causes"][0].fixes[-1]

    page = press(page, mend=fix.changes)

    assert counts(page) == {"rows": 1, "created": 1}
    assert said(page)["column-1"] == "birthDate is read as year-month-day; refused cells are left out."
    assert "1 cell of <i>birthDate</i> is refused and left out." in page.text


def test_rows_with_one_key_are_mended_by_a_policy(upload_page, press, customers):
    page = upload_page("email;firstName\na@example.com;Ana\nA@example.com;Bea\n")
    cause = page.context["causes"][0]
    assert [fix.label for fix in cause.fixes] == ["Take the first of them", "Take the last of them"]

    page = press(page, mend=cause.fixes[1].changes)

    assert counts(page) == {"rows": 2, "created": 1, "skipped": 1}


def meanings(page, column: str, begins: str) -> set[str]:
    return set(said(page)[column].removeprefix(begins).removesuffix(".").split("; "))


def test_words_of_a_choice_are_counted_and_can_be_given_a_meaning(upload_page, press, define, admin):
    define(
        "PT",
        code=FieldDefinition("code", "Varchar 50", unique=True),
        tier=FieldDefinition("tier", "Choice", options=CHOICES),
        on="Boolean",
    )
    page = upload_page("code;tier;on\na;GOLD;sim\nb;Gold client;talvez\nc;Gold client;x\n", entity="PT")

    assert meanings(page, "column-1", "tier is read as ") == {"“Gold client” → ? (2)", "“GOLD” → Gold (1)"}
    assert meanings(page, "column-2", "on is read as ") == {"“sim” → Yes (1)", "“talvez” → ? (1)", "“x” → Yes (1)"}

    assert "meaning_1_" in page.text and page.text.count(">GOLD</label>") == 0  # what the field knows is not asked

    values = list(page.context["form"].review.inspection.columns[1].values)
    boxes = list(page.context["form"].review.inspection.columns[2].values)
    page = press(page, **{f"meaning_1_{values.index('Gold client')}": "gold", f"meaning_2_{boxes.index('talvez')}": "false"})

    assert counts(page) == {"rows": 3, "created": 3}
    assert meanings(page, "column-1", "tier is read as ") == {"“Gold client” → Gold (2)", "“GOLD” → Gold (1)"}


def test_all_or_none_waits_until_no_row_is_refused(upload_page, press, customers):
    page = press(upload_page("email;birthDate\na@example.com;\nb@example.com;soon\n"), atomic="on")
    assert (page.context["action"].label, page.context["action"].is_possible) == ("Correct the refused rows first", False)

    page = press(page, mend=page.context["causes"][0].fixes[-1].changes)
    press(page, do="import")

    assert customers.objects.count() == 2


def test_consent_needs_a_tick(upload_page, press, customers):
    page = upload_page("email;isNewsletterOptIn;approved\na@example.com;sim;sim\n")
    start, names = said(page)["consent"].rstrip(".").split(": ", 1)
    assert (start, set(names.split(", "))) == (
        "Only a no is taken over; a yes needs your confirmation",
        {"Receives the newsletter", "Approved"},
    )

    page = press(page, allow_consent="on")
    press(page, do="import")

    assert customers.objects.values_list("isNewsletterOptIn", "approved").get() == (True, True)


def test_consent_is_not_remembered(upload_page, press, customers):
    text = "email;isNewsletterOptIn\na@example.com;sim\n"
    press(press(upload_page(text), allow_consent="on"), do="import")

    page = upload_page(text)

    assert "Read as last time" in page.text
    assert "needs your confirmation" in said(page)["consent"]


def test_the_mapping_is_remembered_by_the_names_of_the_columns(upload_page, press, customers):
    text = "wer;was;Kunde\nAna;x;a@example.com\n"
    page = upload_page(text)
    page = press(page, column_0="firstName", column_1=None, column_2="email", keys=["email"])
    press(page, do="import")

    page = upload_page("Kunde;was;wer\na@example.com;x;Anna\n")
    assert "Read as last time" in page.text
    assert counts(page) == {"rows": 1, "updated": 1}
    assert worksheet_of(page).choices["map"] == {"wer": "firstName", "Kunde": "email"}

    page = press(page, do="anew")
    assert "Read as last time" not in page.text


def test_a_header_is_known_from_a_former_worksheet(upload_page, press, customers):
    page = upload_page("Kunde\na@example.com\n")
    press(press(page, column_0="email", keys=["email"]), do="import")

    page = upload_page("Kunde;Nome\na@example.com;Ana\n")

    assert worksheet_of(page).choices["map"] == {"Kunde": "email", "Nome": "firstName"}


def test_changing_something_and_importing_at_once_rehearses_first(upload_page, press, customers):
    page = upload_page("email;firstName\na@example.com;Ana\n")

    page = press(page, do="import", mode="update")

    assert "Something was changed since the rehearsal" in page.text
    assert (customers.objects.count(), counts(page)) == (0, {"rows": 1, "skipped": 1})


def test_every_changed_cell_is_shown_old_and_new(upload_page, people):
    page = upload_page("email;firstName;lastName\nc0@example.com;Zoe;Lima\n")

    (record,) = page.context["changes"].items
    assert (record.row, record.title) == (2, "C0")
    assert [(cell.label, cell.before, cell.after) for cell in record.changes] == [
        ("First name", "C0", "Zoe"),
        ("Last name", "", "Lima"),
    ]
    assert {(field.name, n) for field, n in page.context["cells"]} == {("firstName", 1), ("lastName", 1)}


def test_a_moment_that_differs_by_a_second_looks_different(upload_page, customers, admin):
    saving.create(customers, {"email": "a@example.com", "rclastsessiondate": "2026-01-31T13:00:01Z"}, by=admin)

    page = upload_page("email;rclastsessiondate\na@example.com;2026-01-31T13:00:02Z\n")

    (record,) = page.context["changes"].items
    (cell,) = record.changes
    assert (":00:01-" in cell.before, ":00:02-" in cell.after) == (True, True)


def test_changed_cells_are_paged_and_narrowed(client, upload_page, people, monkeypatch):
    monkeypatch.setattr("crm.worksheets.views.details.PAGE_SIZE", 2)
    page = upload_page("email;firstName\n" + "".join(f"c{n}@example.com;Z{n}\n" for n in range(3)))
    address = f"{worksheet_of(page).get_absolute_url()}changes/"

    first = client.get(address, {"_field": "firstName"})
    second = client.get(address, {"_field": "firstName", "_after": first.context["changes"].next})

    titles = [[record.title for record in answer.context["changes"].items] for answer in (first, second)]
    assert titles == [["C0", "C1"], ["C2"]]


@pytest.mark.parametrize(("path", "shown"), [("changes/", "changes"), ("rows/created/", "page")])
def test_a_long_list_leads_on_beyond_its_thousandth_row(client, upload_page, people, monkeypatch, path, shown):
    monkeypatch.setattr("crm.worksheets.views.details.PAGE_SIZE", 1)
    blank = "\n" * 1_500
    page = upload_page(f"email;firstName{blank}\nc0@example.com;Z0\nc1@example.com;Z1\nnew1@example.com;A\nnew2@example.com;B\n")

    first = client.get(f"{worksheet_of(page).get_absolute_url()}{path}")
    (link,) = re.findall(r'href="([^"]*_after=[^"]*)"', first.text)
    second = client.get(urljoin(first.request["PATH_INFO"], link))

    assert second.context[shown].items
    assert second.context[shown].items != first.context[shown].items
    assert second.context[shown].next is None


@pytest.mark.parametrize("outcome", ["created", "skipped", "unchanged"])
def test_rows_are_shown_by_what_becomes_of_them(client, upload_page, people, outcome):
    mode = {"created": "upsert", "skipped": "update", "unchanged": "upsert"}[outcome]
    page = upload_page("email;firstName\nc0@example.com;C0\nnew@example.com;New\n")
    worksheet = worksheet_of(page)
    reviewing.change(worksheet, reviewing.open_review(worksheet).choices.__class__.from_json(worksheet.choices | {"mode": mode}))
    reviewing.rehearse(worksheet, by=None)

    shown = client.get(f"{worksheet.get_absolute_url()}rows/{outcome}/")

    expected = "c0@example.com" if outcome == "unchanged" else "new@example.com"
    assert [row.cells[0] for row in shown.context["page"].items] == [expected]


def test_the_format_can_be_switched(upload_page, press, customers):
    page = upload_page("email|firstName;x\na@example.com|Ana;y\n".encode("utf-16"))
    assert said(page)["format"].startswith("Read as text in UTF-16")

    page = press(page, delimiter=";")

    assert page.context["form"].review.inspection.headers == ["email|firstName", "x"]


def test_a_field_that_is_given_twice_is_refused_with_a_sentence(upload_page, press, customers):
    page = press(upload_page("email;firstName;lastName\na@example.com;Ana;Lima\n"), column_2="firstName")

    assert "More than one column is mapped to firstName: “firstName”, “lastName”." in page.text
    assert fields_of(page.context["form"])["column_2"] == "firstName"


def test_wide_worksheets_are_typed_instead_of_picked(upload_page, press, customers, monkeypatch):
    monkeypatch.setattr("crm.worksheets.review.form.MOST_OPTIONS", 10)
    page = upload_page("email;firstName\na@example.com;Ana\n")
    assert '<datalist id="fields">' in page.text

    wrong = press(page, column_1="nope")
    right = press(page, column_1="Last name (lastName)")

    assert (wrong.status_code, "There is no field “nope”." in wrong.text) == (422, True)
    assert worksheet_of(right).choices["map"]["firstName"] == "lastName"


@pytest.mark.parametrize("content", [b"", b"MZ\x90\0\x03"], ids=["empty", "program"])
def test_what_is_no_worksheet_leaves_nothing_behind(upload_page, content):
    answer = upload_page(content)

    assert (answer.status_code, Worksheet.objects.count()) == (422, 0)


def test_a_worksheet_without_rows_says_so(upload_page, customers):
    page = upload_page("email;firstName\n")

    assert "There is no row below the names of the columns." in page.text


@pytest.mark.parametrize(
    ("role", "status"), [(Role.READER, 403), (Role.EDITOR, 403), (Role.MANAGER, 200), (Role.ADMINISTRATOR, 200)]
)
@pytest.mark.parametrize("path", ["", "changes/", "rows/created/", "refused/", "errors/"])
def test_worksheet_of_another_is_opened_by_managers_upwards(upload_page, customers, role, status, path):
    worksheet = worksheet_of(upload_page("email;birthDate\na@example.com;\nb@example.com;x\n"))
    person = Client()
    person.force_login(User.objects.create(email="eve@example.com", role=role))

    assert person.get(f"{worksheet.get_absolute_url()}{path}").status_code == status


@pytest.mark.parametrize("rows", [1, 3])
def test_the_review_asks_the_same_number_of_questions_however_many_rows(
    client, upload_page, people, rows, django_assert_max_num_queries
):
    text = "email;firstName;birthDate\n" + "".join(
        f"c{n}@example.com;Z;\nnew{n}@example.com;N;\nx{n};N;no\n" for n in range(rows)
    )
    address = worksheet_of(upload_page(text)).get_absolute_url()
    client.get(address)

    with django_assert_max_num_queries(45):
        client.get(address)


def test_a_publication_in_between_asks_for_a_new_rehearsal(client, upload_page, press, define, people):
    page = upload_page("email;firstName\nc0@example.com;Zoe\n")
    define("PT", code="Varchar 50")

    address = worksheet_of(page).get_absolute_url()
    assert client.get(f"{address}changes/").headers["Location"] == address
    assert client.get(f"{address}rows/created/").headers["Location"] == address

    page = client.get(address)

    assert (worksheet_of(page).state, page.context["is_rehearsed"]) == (WorksheetState.UPLOADED, False)


def test_a_consent_without_a_tick_is_taken_from_those_who_do_not_agree(upload_page, press, customers):
    page = upload_page("email;approved\nana@example.com;no\n")

    assert said(page)["columns"] == "2 of 2 columns are taken."
    press(page, do="import")
    assert customers.objects.get().approved is False


@pytest.mark.parametrize(
    "cells",
    [
        "birthDate\n1990-02-03",
        "birthDate\n31/12/1990",
        "rclastcartvalue\n5",
        "rclastcartvalue\n5.50",
        "rclastcartvalue\n1.234,50",
        "isCorporate\nx",
    ],
)
def test_a_review_that_nobody_touched_is_imported_at_once(upload_page, press, customers, cells):
    header, cell = cells.split("\n")
    page = upload_page(f"email;{header}\nana@example.com;{cell}\n")

    press(page, do="import")

    assert customers.objects.count() == 1


def test_what_is_guessed_by_likeness_is_said(upload_page, customers):
    page = upload_page("email;lastName;birth\nana@example.com;Lima;1990-02-03\n")

    assert said(page)["columns"] == "3 of 3 columns are taken. Matched by header and cells: birth → Birth date."


def test_a_worksheet_of_a_thousand_columns_can_be_changed_and_imported(upload_page, press, customers):
    """A browser sends its empty fields too."""
    ignored = [f"x {n}" for n in range(996)]
    page = upload_page(
        ";".join(["email", "isCorporate", "birthDate", "rclastcartvalue", *ignored]) + "\na@b.co;sim;1990-02-03;5\n"
    )
    empty = {f"column_{n}": "" for n in range(4, 1000)}

    press(press(page, mode="create", **empty), do="import", **empty)

    assert customers.objects.get().isCorporate


def test_columns_of_many_words_can_be_changed_and_imported(upload_page, press, define):
    names = [f"flag{n}" for n in range(12)]
    define("PT", code="Varchar 50", **dict.fromkeys(names, "Boolean"))
    rows = [";".join([f"c{n}", *(f"word {n}" for _name in names)]) for n in range(90)]

    page = press(upload_page("\n".join([";".join(["code", *names]), *rows]), entity="PT"), mode="create")

    assert page.context["counts"].errors == 90


def test_a_worksheet_of_nothing_but_its_key_changes_no_cell(client, upload_page, people):
    page = upload_page("email\nc0@example.com\n")

    changes = client.get(f"{worksheet_of(page).get_absolute_url()}changes/")

    assert (changes.status_code, changes.context["changes"].items) == (200, [])


def test_a_column_that_is_given_to_a_unique_field_becomes_the_key(upload_page, press, customers):
    page = upload_page("code;city\nA-1;Bauru\nA-2;Santos\n")
    assert said(page)["keys"] == "No column tells which customers these are, so every row is a new one."

    page = press(page, column_0="userId")

    assert said(page)["keys"].startswith("Rows find their customers by User id.")
    # Not with an id that no column has: together they would find nobody.
    assert "id" not in dict(page.context["form"].fields["keys"].choices)


def test_letters_of_windows_are_called_as_spreadsheets_call_them(upload_page):
    page = upload_page("email;firstName\nana@example.com;João\n".encode("cp1252"))

    assert said(page)["format"] == "Read as text in Windows-1252, columns divided by “;”. Row 1 names the columns."


def test_rows_without_their_key_are_skipped_until_somebody_wants_them(upload_page, press, customers):
    page = upload_page("email;firstName\nana@example.com;Ana\n;Eva\n;Total geral\n")
    assert (counts(page), said(page)["empty-key"]) == ({"rows": 3, "created": 1, "skipped": 2}, "2 rows have no E-mail: skipped.")

    page = press(page, empty_key="create")

    assert (counts(page), said(page)["empty-key"]) == ({"rows": 3, "created": 3}, "2 rows have no E-mail: created as new ones.")


def test_rows_of_totals_are_skipped_until_somebody_wants_them(upload_page, press, customers):
    page = press(upload_page("userId;First name\nA-1;Ana\nTotal geral;\n"), keys=["userId"])
    assert (counts(page), said(page)["empty-key"]) == (
        {"rows": 2, "created": 1, "skipped": 1},
        "1 row looks like a total: skipped.",
    )
    assert "1 row looks like a total and is skipped (row 3: “Total geral”)." in page.text

    page = press(page, empty_key="create")
    assert (counts(page), said(page)["empty-key"]) == (
        {"rows": 2, "created": 2},
        "1 row looks like a total: taken as a row like the others.",
    )

    page = press(press(page, empty_key="skip"), do="import")
    assert (list(customers.objects.values_list("userId", flat=True)), worksheet_of(page).tally.skipped) == (["A-1"], 1)


def test_dividing_whole_names_is_offered(upload_page, press, customers):
    page = upload_page("email;Nome\nana@example.com;Ana Pires\n")
    columns = next(guess for guess in page.context["guesses"] if guess.name == "columns")
    assert (
        "Nome holds whole names: to divide them, choose “First name and Last name, divided” under “Fills”."
        in said(page)["columns"]
    )
    assert columns.is_open and ">First name and Last name, divided</option>" in page.text

    page = press(press(page, column_1="firstName+lastName"), do="import")

    assert customers.objects.values_list("firstName", "lastName").get() == ("Ana", "Pires")


RIVALS = "Mail;Correo;First name\na@example.com;b@example.com;Ana\n"


def test_which_of_two_columns_fills_a_field_is_asked_before_anything_is_rehearsed(upload_page, press, press_as_shown, customers):
    page = upload_page(RIVALS)

    assert "Which column fills E-mail?" in page.text and "Mail: a@example.com" in page.text
    assert worksheet_of(page).state == WorksheetState.UPLOADED and 'value="import"' not in page.text

    page = press_as_shown(page, "rehearse", rival_email="1")
    assert (counts(page), worksheet_of(page).choices["keys"]) == ({"rows": 1, "created": 1}, ["email"])
    press(page, do="import")
    assert customers.objects.values_list("email", "firstName").get() == ("b@example.com", "Ana")


def test_none_of_the_columns_may_fill_the_field(upload_page, press_as_shown, customers):
    page = press_as_shown(upload_page(RIVALS), "rehearse", rival_email="none")

    assert (counts(page), worksheet_of(page).choices["map"]) == ({"rows": 1, "created": 1}, {"First name": "firstName"})
    press_as_shown(page, "import")
    assert upload_page(RIVALS).context["questions"] == []  # as last time


def test_an_unanswered_column_is_not_imported(client, upload_page, press, customers):
    page = press(upload_page(RIVALS), do="import")

    assert "Which column fills E-mail?" in page.text
    assert not customers.objects.exists()
