"""A nightly feed that went wrong: limits, exit code 3, and recipes of the page run by the command."""

import json
import subprocess
import sys
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from clusters.catalogue.creating import create_cluster
from crm.people.models import AuditEvent, Role
from crm.records.models import ChangeSet
from crm.records.writing import saving
from crm.schema.generated import current
from crm.worksheets.mapping import recipes
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.models import Recipe, Worksheet
from crm.worksheets.review import reviewing

pytestmark = pytest.mark.django_db
KEYED = ("--key", "email")


@pytest.fixture(autouse=True)
def _own_locks(settings, tmp_path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def members(admin):
    """c0 … c9, all of them dealers."""
    create_cluster("Dealers", by=admin)
    for n in range(10):
        saving.create(customers(), {"email": f"c{n}@example.com", "firstName": f"C{n}", "Dealers": True}, by=admin)


def customers():
    return current.models()["CL"]


def dealers() -> int:
    return customers().objects.filter(Dealers=True).count()


@pytest.fixture
def feed(tmp_path):
    """Runs the command on this text: exit code and facts."""

    def imported(text: str, *words: str, name: str = "feed.csv") -> tuple[int, dict]:
        (tmp_path / name).write_text(text)
        output, code = StringIO(), 0
        try:
            call_command("import_worksheet", str(tmp_path / name), *words, "--json", stdout=output)
        except CommandError as refusal:
            code = refusal.returncode
        return code, json.loads(output.getvalue() or "{}")

    return imported


def rows(numbers, name: str = "") -> str:
    return "email,firstName\n" + "".join(f"c{n}@example.com,{name or f'C{n}'}\n" for n in numbers)


@pytest.mark.usefixtures("members")
@pytest.mark.parametrize(
    ("kept", "words", "left"), [(7, (), None), (8, (), 2), (8, ("--max-leave", "1"), None), (5, ("--max-leave", "50%"), 5)]
)
def test_a_list_that_shrank_stops_at_a_fifth_unless_stated_otherwise(feed, kept, words, left):
    code, found = feed(rows(range(kept)), *KEYED, "--replace", "Dealers", *words)

    if left is None:
        assert (code, found["stopped"], dealers()) == (3, {"limit": "max_leave", "value": 10 - kept}, 10)
        assert (found["created"], found["updated"], found["left"]) == (0, 0, 0)
    else:
        assert (code, found["left"], dealers(), "stopped" in found) == (0, left, 10 - left, False)


@pytest.mark.usefixtures("members")
def test_rows_that_are_refused_or_change_are_limited_too(feed):
    before = ChangeSet.objects.count()
    wrong = "email,birthDate\nc1@example.com,soon\nc2@example.com,1990-01-01\nc3@example.com,later\n"

    assert feed(wrong, *KEYED, "--max-refused", "1")[1]["stopped"] == {"limit": "max_refused", "value": 2}
    assert feed(rows(range(4), "X"), *KEYED, "--max-changed", "30%")[1]["stopped"] == {"limit": "max_changed", "value": 4}
    assert ChangeSet.objects.count() == before

    code, found = feed(rows(range(4), "X"), *KEYED, "--max-changed", "4")
    assert (code, found["updated"]) == (0, 4)
    assert feed(wrong, *KEYED, "--max-refused", "70%")[0] == 0


@pytest.mark.usefixtures("members")
def test_a_dry_run_counts_what_would_change_and_says_that_it_would_stop(feed):
    code, found = feed(rows(range(4), "X"), *KEYED, "--max-changed", "1", "--dry-run")

    assert (code, found["updated"], found["stopped"]) == (3, 4, {"limit": "max_changed", "value": 4})


def test_what_is_no_limit_is_refused(feed):
    assert feed("email\na@example.com\n", *KEYED, "--max-changed", "many")[0] == 1
    assert not customers().objects.exists()


@pytest.mark.parametrize("limit", ["--max-refused", "--max-leave", "--max-changed"])
@pytest.mark.parametrize("stated", ["", "  "])
def test_an_empty_limit_is_bad_usage_and_no_limit_never(limit, stated):
    finished = subprocess.run(  # our own command
        [sys.executable, "manage.py", "import_worksheet", "list.csv", limit, stated], capture_output=True, text=True, check=False
    )

    assert finished.returncode == 2
    assert "state a number or a share such as 5%" in finished.stderr


@pytest.mark.usefixtures("members")
def test_what_was_stopped_waits_for_a_manager(feed, sign_in):
    words = (*KEYED, "--replace", "Dealers", "--ignore", "firstName")
    number = feed(rows(range(4)), *words)[1]["worksheet"]
    address, manager = f"/worksheets/{number}/", sign_in(Role.MANAGER)

    page = manager.get(address).text
    assert "6 records would leave; at most 20% may." in page and 'value="release"' in page
    assert sign_in(Role.EDITOR).get(address).status_code == 403

    sent = {
        bound.html_name: bound.value() for bound in manager.get(address).context["form"] if bound.value() not in (None, False, "")
    }
    report = manager.post(address, {**sent, "do": "release"}, follow=True)

    assert dealers() == 4
    event = AuditEvent.objects.get(verb="import-released")
    assert (event.subject, event.details) == (f"CL #{number}", {"max_leave": "6 > 20%"})
    assert "past a limit" in report.text


@pytest.mark.usefixtures("members")
def test_it_stops_again_if_it_is_more_by_then(feed, sign_in, admin):
    number = feed(rows(range(4)), *KEYED, "--replace", "Dealers")[1]["worksheet"]
    manager, address = sign_in(Role.MANAGER), f"/worksheets/{number}/"
    sent = {
        bound.html_name: bound.value() for bound in manager.get(address).context["form"] if bound.value() not in (None, False, "")
    }
    saving.create(customers(), {"email": "late@example.com", "Dealers": True}, by=admin)

    page = manager.post(address, {**sent, "do": "release"}, follow=True).text

    assert dealers() == 11
    assert "7 records would leave; at most 20% may." in page


@pytest.fixture
def recipe(db):
    choices = ImportChoices(keys=["email"], mode="update", map={"Mail": "email", "Nome": "firstName"}, ignore=["Extra"])
    worksheet = Worksheet.objects.create(entity="CL", name="Feed.csv", choices=choices.to_json())
    return recipes.remember(worksheet, ["Mail", "Nome", "Extra"])


@pytest.mark.usefixtures("members", "recipe")
@pytest.mark.parametrize("name", ["Feed.csv", "feed.CSV", "number"])
def test_a_recipe_of_the_page_is_run_by_its_name(feed, recipe, name):
    name = str(recipe.worksheet) if name == "number" else name
    code, found = feed("Mail,Nome,Extra\nc1@example.com,New,x\nnew@example.com,N,x\n", "--recipe", name)

    assert (code, found["updated"], found["skipped"], found["ignored_columns"]) == (0, 1, 1, ["Extra"])


@pytest.mark.usefixtures("members", "recipe")
def test_what_is_stated_goes_before_the_recipe(feed):
    words = ("--recipe", "Feed.csv", "--map", "Extra=lastName", "--max-changed", "5")

    assert feed("Mail,Nome,Extra\nc1@example.com,New,x\n", *words)[1]["updated"] == 1
    assert customers().objects.get(email="c1@example.com").lastName == "x"


@pytest.mark.usefixtures("members", "recipe")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mail,Extra\nc1@example.com,x\n", ("--recipe", "Feed.csv")),
        ("Mail,Nome\nc1@example.com,x\n", ("--recipe", "none")),
        ("Mail,Nome\nc1@example.com,x\n", ("--recipe", "Feed.csv", "--entity", "AD")),
    ],
    ids=["a column is missing", "no such recipe", "of another entity"],
)
def test_a_recipe_that_does_not_fit_is_refused(feed, text, words):
    assert feed(text, *words) == (1, {})


def test_recipes_have_a_name_each(recipe):
    choices = ImportChoices(keys=["email"], map={"Mail": "email"}).to_json()
    other = recipes.remember(Worksheet.objects.create(entity="CL", name="feed.csv", choices=choices), ["Mail"])

    assert [str(found) for found in Recipe.objects.order_by("pk")] == ["Feed.csv", "feed.csv (2)"]
    with pytest.raises(recipes.InvalidMapping):
        recipes.rename(other, "FEED.CSV")


@pytest.mark.usefixtures("members")
def test_a_recipe_brings_its_limits(feed, recipe):
    recipe.choices |= {"max_changed": "1"}
    recipe.save()
    text = "Mail,Nome,Extra\nc1@example.com,New,x\nc2@example.com,New,x\n"

    assert feed(text, "--recipe", "Feed.csv")[1]["stopped"] == {"limit": "max_changed", "value": 2}
    assert feed(text, "--recipe", "Feed.csv", "--max-changed", "2")[0] == 0


@pytest.fixture
def replaced(members, feed) -> None:
    """A recipe of the page for these columns, which replaces the cluster; a typed number stood for its limit."""
    feed(rows(range(10)), *KEYED, "--guess", "--replace", "Dealers")
    recipe = Recipe.objects.get()
    recipe.choices |= {"replace": "Dealers", "max_leave": ""}
    recipe.save()


@pytest.mark.usefixtures("replaced")
def test_a_recipe_that_nobody_named_replaces_no_cluster(feed):
    assert feed(rows(range(1)), "--guess")[0] == 0

    assert dealers() == 10
    assert Worksheet.objects.latest("number").choices["replace"] == ""


@pytest.mark.usefixtures("replaced")
def test_a_cluster_that_a_guess_replaces_keeps_its_limit(feed):
    code, found = feed(rows(range(1)), "--guess", "--replace", "Dealers")

    assert (code, found["stopped"]["limit"], dealers()) == (3, "max_leave", 10)


@pytest.mark.usefixtures("members")
def test_a_guess_keeps_no_limit_of_an_earlier_run(feed):
    feed(rows(range(2), "X"), *KEYED, "--guess", "--max-changed", "2", "--max-refused", "0")

    assert feed(rows(range(4), "Y"), "--guess")[0] == 0
    assert Worksheet.objects.latest("number").choices["max_changed"] == ""


@pytest.mark.usefixtures("members")
def test_a_limit_of_one_run_by_command_is_not_proposed_to_people(feed):
    feed(rows(range(2), "X"), *KEYED, "--guess", "--max-changed", "2", "--max-refused", "0")
    earlier = Worksheet.objects.latest("number")
    worksheet = Worksheet(entity="CL", name="feed.csv")
    worksheet.file.save("feed.csv", ContentFile(rows(range(4), "Y").encode()), save=True)

    reviewing.begin(worksheet)

    assert (worksheet.look["recipe"]["worksheet"], worksheet.look["held"]) == (earlier.number, {})
    assert worksheet.choices["max_changed"] == worksheet.choices["max_refused"] == ""


@pytest.mark.usefixtures("members")
def test_a_guess_leaves_the_limits_of_the_recipe_to_who_names_it(feed):
    feed(rows(range(2), "X"), *KEYED, "--guess")
    Recipe.objects.update(choices=Recipe.objects.get().choices | {"max_changed": "1"})

    assert feed(rows(range(4), "Y"), "--guess", "--max-refused", "3")[0] == 0
    assert feed(rows(range(4), "Z"), "--recipe", "feed.csv")[1]["stopped"] == {"limit": "max_changed", "value": 4}
    assert Recipe.objects.get().choices["max_refused"] == ""


@pytest.mark.usefixtures("members")
@pytest.mark.parametrize("named", [["--recipe", "feed.csv"], []])
def test_what_is_stated_as_it_is_by_default_stands_before_a_recipe(feed, named):
    feed(rows(range(10)), *KEYED, "--guess", "--empty", "clear", "--empty-key", "create", "--duplicates", "first")

    feed(rows(range(10)), "--guess", *named, "--empty", "keep", "--empty-key", "skip", "--duplicates", "refuse")
    stated = Worksheet.objects.latest("number").choices
    Recipe.objects.update(choices={**stated, "empty": "clear"})
    feed(rows(range(10)), "--guess", *named)

    assert [stated[name] for name in ("empty", "empty_key", "duplicates")] == ["keep", "skip", "refuse"]
    assert Worksheet.objects.latest("number").choices["empty"] == "clear"


@pytest.mark.usefixtures("replaced")
@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        (["--max-refused", "1"], {"max_refused": "1"}),
        (["--max-changed", "2"], {"max_changed": "2"}),
        (["--max-leave", "3"], {"max_leave": "3"}),
        (["--replace", "Dealers", "--max-leave", "90%"], {"replace": "Dealers", "max_leave": "90%"}),
        (["--atomic"], {"atomic": True}),
        (["--allow-consent"], {"allow_consent": True}),
        (["--duplicates", "last"], {"duplicates": "last"}),
        (["--empty", "clear"], {"empty": "clear"}),
        (["--empty-key", "create"], {"empty_key": "create"}),
    ],
)
def test_what_is_stated_stands_before_the_recipe_that_a_guess_finds(feed, words, chosen):
    feed(rows(range(10)), "--guess", *words)

    found = Worksheet.objects.latest("number")
    assert found.look["recipe"]
    assert {name: found.choices[name] for name in chosen} == chosen
