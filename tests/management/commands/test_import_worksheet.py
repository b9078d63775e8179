"""The command: its options, its one JSON value, its exit codes, who it acts as."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.formats import date_format
from django.utils.timezone import localdate

from crm.people.models import Role, User
from crm.records.models import ChangeSet
from crm.schema.draft import new_fields
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing import draft_and_publish
from crm.worksheets.models import Worksheet

pytestmark = pytest.mark.django_db
TEXT = "email,firstName\nana@example.com,Ana\nno mail,Bea\n"


@pytest.fixture(autouse=True)
def _own_locks(settings, tmp_path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def write(tmp_path):
    def written(content: str | bytes, name: str = "list.csv"):
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(file)

    return written


def facts(*words: str) -> dict:
    """The command's one JSON value."""
    output = StringIO()
    call_command("import_worksheet", *words, "--json", stdout=output)
    return json.loads(output.getvalue())


def counts(*words: str) -> dict[str, int]:
    found = facts(*words)
    named = {name: found[name] for name in ("created", "updated", "unchanged", "errors", "skipped")}
    assert found["rows"] == sum(named.values())
    return {name: count for name, count in named.items() if count}


def customers():
    return current.models()["CL"].objects


def test_the_json_is_as_promised(write):
    found = facts(write(TEXT), "--key", "email")

    assert list(found) == [
        "worksheet", "rows", "created", "updated", "unchanged", "errors", "skipped", "ignored_columns",
        "mapping", "key", "seconds", "rows_per_second", "publication",
    ]  # fmt: skip
    assert (found["mapping"], found["key"]) == ({"email": "email", "firstName": "firstName"}, ["email"])
    assert (found["rows"], found["created"], found["errors"], found["ignored_columns"]) == (2, 1, 1, [])
    assert found["publication"] == current.models().number


def test_without_json_a_line_tells_a_fact(write):
    output = StringIO()

    call_command("import_worksheet", write(TEXT), "--key", "email", stdout=output)

    assert "created: 1\n" in output.getvalue()


def test_a_dry_run_writes_nothing(write):
    assert counts(write(TEXT), "--key", "email", "--dry-run") == {"created": 1, "errors": 1}
    assert not customers().exists()


def test_a_dry_run_tells_how_long_it_took(write):
    found = facts(write(TEXT), "--key", "email", "--dry-run")

    assert found["seconds"] > 0
    assert found["rows_per_second"] > 0


def test_r10_the_error_worksheet_can_be_mended_and_sent_again(write, tmp_path):
    errors = tmp_path / "errors.csv"
    facts(write(TEXT), "--key", "email", "--errors", str(errors))
    rows = list(csv.reader(StringIO(errors.read_text())))
    assert rows == [
        ["email", "firstName", "_row", "_error"],
        ["no mail", "Bea", "3", "email: “no mail” is not an e-mail address."],
    ]

    errors.write_text(errors.read_text().replace("no mail,", "bea@example.com,"))

    assert counts(str(errors), "--key", "email") == {"created": 1}


def test_the_error_worksheet_loses_nothing_of_a_broken_row(write, tmp_path):
    errors = tmp_path / "errors.csv"

    facts(write('email,firstName\nana@example.com,"Ana\nbea@example.com,Bea\n'), "--key", "email", "--errors", str(errors))

    assert list(csv.reader(StringIO(errors.read_text())))[1][0] == 'ana@example.com,"Ana'


def test_atomic_writes_nothing_and_tells_what_it_knows(write):
    output = StringIO()

    with pytest.raises(CommandError, match=r"Nothing was written: 1 row is refused\. Row 3, email"):
        call_command("import_worksheet", write(TEXT), "--key", "email", "--atomic", "--json", stdout=output)

    found = json.loads(output.getvalue())
    assert (found["rows"], found["created"], found["errors"], found["skipped"]) == (2, 0, 1, 1)
    assert not customers().exists()


@pytest.mark.parametrize("words", [["--map", "mail=email", "name=firstName"], ["--map", "mail=email", "--map", "name=firstName"]])
def test_columns_are_mapped_by_pairs(write, words):
    counts(write("mail,name\nana@example.com,Ana\n"), "--key", "email", *words)

    assert customers().get().firstName == "Ana"


@pytest.mark.parametrize("words", [["--key", "firstName", "lastName"], ["--key", "firstName", "--key", "lastName"]])
def test_several_fields_may_be_the_key(write, words):
    counts(write("email,firstName,lastName\nana@example.com,Ana,Lima\n"), "--key", "email")

    assert counts(write("firstName,lastName,gender\nANA,Lima,f\n"), *words) == {"updated": 1}


def test_a_header_may_hold_the_sign_that_divides(write):
    counts(write("e=mail\nana@example.com\n"), "--key", "email", "--map", "e=mail=email")

    assert customers().get().email == "ana@example.com"


def test_a_value_may_hold_the_sign_that_divides(write):
    counts(write("email\nana@example.com\n"), "--key", "email", "--set", "firstName=a=b")

    assert customers().get().firstName == "a=b"


def test_who_is_not_in_the_list_leaves(write):
    counts(write("email\nana@example.com\nbea@example.com\n"), "--key", "email", "--set", "isCorporate=true")

    found = facts(
        write("email\nbea@example.com\neva@example.com\n"),
        "--key",
        "email",
        "--mode",
        "update",
        "--replace",
        "isCorporate",
        "--max-leave",
        "100%",
    )

    assert (found["rows"], found["unchanged"], found["skipped"], found["left"]) == (2, 1, 1, 1)
    assert list(customers().filter(isCorporate=True).values_list("email", flat=True)) == ["bea@example.com"]


def test_options_reach_the_reading(write):
    text = "email|birthDate|rclastcartvalue|junk\nana@example.com|31/12/1990|1234,50|x\n".encode("utf-16-le")
    words = [
        "--key",
        "email",
        "--delimiter",
        "|",
        "--encoding",
        "utf-16-le",
        "--dates",
        "dmy",
        "--decimal",
        ",",
        "--ignore",
        "junk",
        "--set",
        "firstName=Ana",
    ]

    assert counts(write(text), *words) == {"created": 1}
    record = customers().get()
    assert (str(record.birthDate), str(record.rclastcartvalue), record.firstName) == ("1990-12-31", "1234.50", "Ana")


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        ("", [], "The file is empty."),
        ("email\n", [], "There is no row below the names of the columns."),
        ("email,Email\na,b\n", [], "occurs twice"),
        ("what\nx\n", [], "No field is named “what”"),
        (b"MZ\x90\0\x03", [], "neither a workbook"),
        (TEXT, ["--entity", "ZZ"], "There is no entity ZZ."),
        (TEXT, ["--sheet", "Plan1"], "has no sheets"),
        (TEXT, ["--map", "email"], "is not written as name=value"),
        ("ana@example.com,Ana\n", ["--key", "email"], "No row seems to name the columns, so they are called A, B, C"),
        (TEXT, ["--delimiter", "||"], "a delimiter is one character"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_1(write, content, words, said):
    output = StringIO()

    with pytest.raises(CommandError) as raised:
        call_command("import_worksheet", write(content), *words, "--json", stdout=output)

    assert said in str(raised.value) and "\n" not in str(raised.value)
    assert (raised.value.returncode, output.getvalue()) == (1, "")


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(CommandError, match=r"There is no file /no/such/file\.csv"):
        facts("/no/such/file.csv")


def test_somebody_may_be_acted_as_and_history_knows_who(write):
    editor = User.objects.create(email="ed@example.com", role=Role.EDITOR)

    facts(write(TEXT), "--key", "email", "--as", "ed@example.com")

    change_set = ChangeSet.objects.get()
    assert (change_set.user, change_set.channel) == (editor.pk, "worksheet")


def test_a_reader_may_not_import(write):
    User.objects.create(email="rea@example.com", role=Role.READER)

    with pytest.raises(CommandError, match="does not let you"):
        facts(write(TEXT), "--as", "rea@example.com")

    assert not customers().exists()


GUESSED = (
    "Email Address;First Name;Data nascimento;Valor do último carrinho;Cargo\n"
    "ana@example.com;Ana;31/12/1990;1.234,50;x\n"
    ";Total geral;;9.999,00;\n"
)


def test_guess_takes_what_the_review_would_propose(write):
    found = facts(write(GUESSED), "--guess")

    assert (found["created"], found["skipped"], found["key"], found["ignored_columns"]) == (1, 1, ["email"], ["Cargo"])
    assert found["mapping"] == {
        "Email Address": "email", "First Name": "firstName", "Data nascimento": "birthDate",
        "Valor do último carrinho": "rclastcartvalue", "Cargo": None,
    }  # fmt: skip
    record = customers().get()
    assert (str(record.birthDate), str(record.rclastcartvalue)) == ("1990-12-31", "1234.50")
    assert counts(write(GUESSED), "--guess") == {"unchanged": 1, "skipped": 1}


TOTALS = "code;First Name\nA-1;Ana\nTotal geral;\n"


@pytest.mark.parametrize("words", [["--key", "userId"], ["--key", "userId", "--guess"], ["--mode", "create"]])
def test_a_row_of_totals_is_skipped_and_told_unless_it_is_asked_for(write, words):
    stated = [*words, "--map", "code=userId"]

    found = facts(write(TOTALS), *stated, "--dry-run")
    assert (found["created"], found["skipped"]) == (1, 1)
    assert found["notes"] == ["1 row looks like a total and is skipped (row 3: “Total geral”)."]

    assert counts(write(TOTALS), *stated) == {"created": 1, "skipped": 1}
    assert counts(write(TOTALS.replace("A-1", "A-2")), *stated, "--empty-key", "create") == {"created": 2}


def test_whole_names_that_a_guess_leaves_open_are_told(write):
    text = "email;Nome\nana@example.com;Ana Maria Pires\n"

    found = facts(write(text), "--guess")
    assert (found["mapping"]["Nome"], found["ignored_columns"]) == (None, ["Nome"])
    assert found["notes"] == ['“Nome” holds whole names and fills nothing: --map "Nome=firstName+lastName" divides them.']

    found = facts(write(text), "--guess", "--map", "Nome=firstName+lastName", "--dry-run")
    assert (found["mapping"]["Nome"], found["updated"]) == ("firstName+lastName", 1)


def test_answers_that_a_guess_remembers_are_told(write):
    first = facts(write("mail;code\nana@example.com;A-1\n"), "--guess", "--map", "code=userId")
    assert "notes" not in first

    found = facts(write("code;mail\nA-2;eva@example.com\n"), "--guess")

    assert found["mapping"] == {"code": "userId", "mail": "email"}
    assert found["notes"] == [
        f"Read as last time: #{first['worksheet']}, {date_format(localdate(), 'SHORT_DATE_FORMAT')}, operator, by command."
    ]


def test_guess_makes_nobody_anew_without_a_key_unless_asked(write):
    text = "firstName;lastName\nAna;Lima\n"

    with pytest.raises(CommandError, match="No column tells which records these are"):
        call_command("import_worksheet", write(text), "--guess", stdout=StringIO())
    assert not current.models()["CL"].objects.exists()

    assert counts(write(text), "--guess", "--mode", "create") == {"created": 1}


@pytest.mark.parametrize(
    ("field", "before", "cells", "read"),
    [
        ("rclastcartvalue", "1,234.50", ("1.234", "2,50"), "1234.00"),
        ("birthDate", "12/31/1990", ("01/02/1990", "31/12/1990"), "1990-02-01"),
    ],
)
def test_what_the_cells_show_goes_before_what_an_earlier_worksheet_showed(write, field, before, cells, read):
    facts(write(f"email;{field};zz\na@example.com;{before};\n"), "--guess")

    found = facts(write(f"email;{field};zz\nb@example.com;{cells[0]};\nc@example.com;{cells[1]};\n"), "--guess")

    assert (found["created"], found["errors"]) == (2, 0)
    assert str(getattr(customers().get(email="b@example.com"), field)) == read


def test_what_is_stated_is_not_guessed(write):
    text = "Email Address;mail;First Name;code\nana@example.com;eva@example.com;Ana;A-7\n"

    found = facts(write(text), "--guess", "--map", "code=userId", "mail=email", "--key", "userId", "--ignore", "First Name")

    assert (found["key"], found["ignored_columns"]) == (["userId"], ["Email Address", "First Name"])
    assert customers().values_list("email", "userId", "firstName").get() == ("eva@example.com", "A-7", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("email;birthDate\nana@example.com;01/02/2020\n", "How is “01/02/2020” in birthDate to be read? 1 cell can be read both ways. (--dates)"),
        ("email;rclastcartvalue\nana@example.com;1.234\n", "(--decimal)"),
        ("one;two\na@example.com;b@example.com\n", "Several columns could fill email, state one with --map: “one”, “two”."),
        ("Mail;Correo\na@example.com;b@example.com\n", "Several columns could fill email, state one with --map: “Mail”, “Correo”."),
    ],
)  # fmt: skip
def test_guess_names_the_questions_that_the_page_would_ask(write, text, said):
    with pytest.raises(CommandError) as raised:
        call_command("import_worksheet", write(text), "--guess", "--json", stdout=StringIO())

    assert (raised.value.returncode, Worksheet.objects.count(), customers().count()) == (1, 0, 0)
    assert said in str(raised.value) and "\n" not in str(raised.value)


def test_guess_asks_for_no_key_where_columns_could_be_one(write):
    with pytest.raises(CommandError) as raised:
        call_command("import_worksheet", write("one;two\na@example.com;b@example.com\n"), "--guess", "--json", stdout=StringIO())

    assert str(raised.value) == "Several columns could fill email, state one with --map: “one”, “two”."


@pytest.mark.parametrize(("beside", "asked"), [("2.5", True), ("2,5", False)])
def test_thousands_that_another_column_would_make_decimals_of_are_asked(write, operator, beside, asked):
    definition = new_fields.new_definition("spent", "Decimal")
    draft_and_publish.add_and_publish(DataEntity.objects.get(acronym="CL"), definition, by=operator)
    file = write(f"email;rclastcartvalue;spent\na@example.com;1.234;{beside}\nb@example.com;2.000;{beside}\n")

    if asked:
        with pytest.raises(CommandError, match=r"How is “1\.234” in rclastcartvalue"):
            call_command("import_worksheet", file, "--guess", "--key", "email", stdout=StringIO())
    else:
        facts(file, "--guess", "--key", "email")
        assert [str(one.rclastcartvalue) for one in customers().order_by("email")] == ["1234.00", "2000.00"]


@pytest.mark.parametrize("words", [[], ["--guess"]])
@pytest.mark.parametrize(("cell", "read"), [("1,234.56", "1234.56"), ("1,234,567.50", "1234567.50"), ("-1,234", "-1234.00")])
def test_a_comma_sets_thousands_apart_where_the_point_is_stated(write, words, cell, read):
    stated = ["--key", "email", "--decimal", ".", *words]

    assert counts(write(f"email;rclastcartvalue\na@example.com;{cell}\n"), *stated) == {"created": 1}
    assert str(customers().get().rclastcartvalue) == read


@pytest.mark.parametrize("cell", ["12,34.56", "1,23", "1.234,56"])
def test_what_the_stated_point_contradicts_is_refused(write, cell):
    text = f"email;rclastcartvalue\na@example.com;{cell}\n"

    assert counts(write(text), "--key", "email", "--decimal", ".") == {"errors": 1}


def test_a_comma_that_nobody_spoke_of_is_refused(write):
    assert counts(write("email;rclastcartvalue\na@example.com;1,234\n"), "--key", "email") == {"errors": 1}


@pytest.mark.parametrize(("dates", "day"), [("dmy", "2020-02-01"), ("mdy", "2020-01-02")])
def test_a_stated_order_of_dates_is_no_question(write, dates, day):
    facts(write("email;birthDate\nana@example.com;01/02/2020\n"), "--guess", "--dates", dates)

    assert str(customers().get().birthDate) == day


@pytest.mark.parametrize("stated", [[], ["--ignore", "UNSUB_REASON", "First Name"]])
def test_repeated_columns_that_fill_nothing_refuse_nothing(write, stated):
    text = "Email,UNSUB_REASON,UNSUB_REASON,First Name\nrh1@example.com,,,Ana\n"

    assert counts(write(text), *(stated or ["--guess"]), "--key", "email") == {"created": 1}


@pytest.mark.parametrize(("option", "field", "before", "cell", "read"), [
    ("--decimal", "rclastcartvalue", ",", "1,234.50", "1234.50"), ("--dates", "birthDate", "dmy", "02/13/1990", "1990-02-13"),
])  # fmt: skip
def test_a_stated_spelling_goes_before_that_of_the_recipe(write, option, field, before, cell, read):
    first = f"email;{field}\nana@example.com;{'1.234,50' if option == '--decimal' else '13/02/1990'}\n"
    facts(write(first, "feed.csv"), "--guess", "--key", "email", option, before)
    after = {"--decimal": ".", "--dates": "mdy"}[option]

    found = facts(write(f"email;{field}\neva@example.com;{cell}\n"), "--recipe", "feed.csv", option, after)

    assert (found["created"], str(getattr(customers().get(email="eva@example.com"), field))) == (1, read)
