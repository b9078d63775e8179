"""However an import ends, its worksheet says the truth."""

import pytest
from django.core.files.base import ContentFile

from crm.jobs import control
from crm.jobs.errors import LeaseLost
from crm.jobs.models import Job, JobState
from crm.records.models import ChangeSet
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.generated import current
from crm.schema.models import DataEntity, Field
from crm.schema.publishing import purging
from crm.schema.publishing.publishing import publish, publish_plan
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.importing import applying, rehearsing, report
from crm.worksheets.importing.import_jobs import prepare_import
from crm.worksheets.importing.preparing import prepare
from crm.worksheets.models import Recipe, WorksheetState
from crm.worksheets.review import reviewing

TEXT = "email,firstName\n" + "".join(f"c{n}@example.com,New\n" for n in range(6))


@pytest.fixture(autouse=True)
def _small_chunks(settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 2


@pytest.fixture
def people(customers, admin):
    return [saving.create(customers, {"email": f"c{n}@example.com", "firstName": "Old"}, by=admin) for n in range(3)]


@pytest.fixture
def rehearsed(upload):
    def made(text: str = TEXT, **choices):
        worksheet = upload(text, key="email", **choices)
        rehearsing.rehearse_in_detail(prepare(worksheet))
        return worksheet

    return made


@pytest.fixture
def interfere(monkeypatch):
    """Does something before the second chunk."""

    def arranged(act):
        next_chunk, chunks = applying._next_chunk, []

        def after_interference(running, done):
            chunks.append(done)
            if len(chunks) == 2:
                act()
            return next_chunk(running, done)

        monkeypatch.setattr(applying, "_next_chunk", after_interference)

    return arranged


def run(worksheet, admin) -> Job:
    job = control.run_here(prepare_import(worksheet, by=admin))
    worksheet.refresh_from_db()
    return job


def old_and_new(customers) -> list[str]:
    return list(customers.objects.order_by("email").values_list("firstName", flat=True))


def test_a_rehearsed_worksheet_is_not_read_again(rehearsed, admin, customers, people):
    worksheet = rehearsed()
    worksheet.file.delete(save=False)
    worksheet.file.save("list.csv", ContentFile(b"email,firstName\nother@example.com,Other\n"), save=True)

    run(worksheet, admin)

    assert worksheet.counts["created"] == 3
    assert not customers.objects.filter(email="other@example.com").exists()


def test_phases_say_how_long_each_took(rehearsed, admin, customers, people):
    worksheet = rehearsed()
    saving.create(customers, {"email": "z@example.com"}, by=admin)  # so that it is compared again

    run(worksheet, admin)

    assert [(phase["name"], phase["rows"]) for phase in worksheet.phases] == [("comparing", 6), ("applying", 6)]
    assert worksheet.finished_at is not None


def test_phases_cover_all_runs_of_an_import_whose_process_was_killed(rehearsed, admin, customers, people, interfere, client):
    worksheet = rehearsed()
    saving.create(customers, {"email": "z@example.com"}, by=admin)

    def kill():
        raise LeaseLost  # as one whom another process has outrun: it stores nothing any more

    interfere(kill)
    with pytest.raises(LeaseLost):
        run(worksheet, admin)
    worksheet.refresh_from_db()
    first = worksheet.phases[-1]
    assert (first["name"], first["rows"], worksheet.runs) == ("applying", 2, 1)

    control.mark_interrupted(Job.objects.get())
    control.run_here(Job.objects.get())

    worksheet.refresh_from_db()
    assert [(phase["name"], phase["rows"]) for phase in worksheet.phases] == [("comparing", 6), ("applying", 6)]
    assert worksheet.phases[-1]["seconds"] >= first["seconds"]
    assert sum(phase["seconds"] for phase in worksheet.phases) <= worksheet.seconds + 0.01
    client.force_login(admin.user)
    assert "seconds in 2 runs" in client.get(worksheet.get_absolute_url()).text


def test_a_cancelled_import_says_how_far_it_came_and_can_go_on(rehearsed, admin, customers, people, interfere):
    worksheet = rehearsed()
    interfere(lambda: control.request_cancel(Job.objects.get(), by=admin))

    job = run(worksheet, admin)

    assert (job.state, worksheet.state) == (JobState.CANCELLED, WorksheetState.CANCELLED)
    done = worksheet.counts["done"]
    assert (done["created"], done["updated"]) == (1, 3)
    assert old_and_new(customers) == ["New"] * 4

    control.resume(job)
    control.run_here(job)

    worksheet.refresh_from_db()
    assert (worksheet.state, worksheet.counts["created"], worksheet.counts["updated"]) == (WorksheetState.DONE, 3, 3)
    assert old_and_new(customers) == ["New"] * 6
    assert ChangeSet.objects.filter(channel="worksheet").count() == 1


def test_a_failure_in_the_middle_says_what_was_written(rehearsed, admin, customers, people, interfere):
    worksheet = rehearsed()

    def fail():
        raise OSError("no space left")

    interfere(fail)

    with pytest.raises(OSError, match="no space"):
        run(worksheet, admin)

    worksheet.refresh_from_db()
    assert (worksheet.state, worksheet.problem) == (WorksheetState.FAILED, "no space left")
    assert worksheet.counts["done"]["updated"] == 2


def test_what_others_changed_in_between_is_listed(rehearsed, admin, customers, people):
    worksheet = rehearsed()
    saving.update(people[0], {"firstName": "Mine"}, by=admin)
    saving.create(customers, {"email": "c4@example.com"}, by=admin)

    run(worksheet, admin)

    assert worksheet.state == WorksheetState.DONE
    assert (worksheet.counts["created"], worksheet.counts["updated"]) == (2, 4)
    assert worksheet.deviations["count"] == 2
    assert [(told["row"], told["who"]) for told in worksheet.deviations["shown"]] == [(2, "Ada"), (6, "Ada")]


def test_where_nobody_came_in_between_nothing_is_listed(rehearsed, admin, customers, people):
    worksheet = rehearsed()
    saving.create(customers, {"email": "somebody.else@example.com"}, by=admin)

    run(worksheet, admin)

    assert worksheet.deviations == {}


def test_it_stops_at_what_others_changed_when_asked(rehearsed, admin, customers, people):
    worksheet = rehearsed(stop=True)
    saving.update(people[0], {"firstName": "New"}, by=admin)

    run(worksheet, admin)

    assert (worksheet.state, worksheet.job) == (WorksheetState.REHEARSED, None)
    assert worksheet.problem == "1 of these records was changed by somebody else since the rehearsal."
    assert (worksheet.counts["updated"], worksheet.counts["unchanged"]) == (2, 1)
    assert old_and_new(customers) == ["New", "Old", "Old"]
    assert not ChangeSet.objects.filter(channel="worksheet").exists()

    run(worksheet, admin)

    assert worksheet.state == WorksheetState.DONE


def test_it_stops_between_chunks_too(rehearsed, admin, customers, people, interfere):
    worksheet = rehearsed(stop=True)
    interfere(lambda: saving.update(people[2], {"firstName": "Mine"}, by=admin))

    run(worksheet, admin)

    assert worksheet.state == WorksheetState.CANCELLED
    assert worksheet.counts["done"]["updated"] == 2
    assert old_and_new(customers) == ["New", "New", "Mine"]


def test_only_what_was_reviewed_makes_a_recipe(rehearsed, admin, upload, people):
    run(rehearsed(), admin)
    assert not Recipe.objects.exists()

    worksheet = upload(TEXT)
    reviewing.begin(worksheet)
    run(worksheet, admin)

    assert Recipe.objects.get().choices["keys"] == ["email"]


@pytest.fixture
def hide(admin):
    """Hides a field of the customers and publishes it."""

    def hidden(name: str) -> None:
        editing.hide_field(Field.objects.get(entity__acronym="CL", name=name))
        publish(by=admin)

    return hidden


@pytest.fixture
def show(admin):
    def shown(name: str) -> None:
        editing.restore_field(Field.objects.get(entity__acronym="CL", name=name))
        publish(by=admin)

    return shown


@pytest.fixture
def killed_in_the_middle(admin, interfere, hide):
    """Runs the import until its process is killed before the second chunk; then another takes the job."""

    def killed(worksheet, meanwhile) -> Job:
        def kill():
            raise LeaseLost

        interfere(kill)
        with pytest.raises(LeaseLost):
            run(worksheet, admin)
        meanwhile()
        job = Job.objects.get(kind="import")
        control.mark_interrupted(job)
        return job

    return killed


@pytest.fixture
def noted(customers, admin):
    """There is a field `note`."""
    editing.add_field(DataEntity.objects.get(acronym="CL"), FieldDefinition("note", "Varchar 50", {"en": "Remark"}))
    publish(by=admin)


NOTES = "email,note\n" + "".join(f"c{n}@example.com,note {n}\n" for n in range(6))


def notes() -> list[str]:
    return list(current.newest()["CL"].objects.order_by("email").values_list("note", flat=True))


@pytest.mark.usefixtures("noted")
@pytest.mark.parametrize("choices", [{}, {"map": {"note": "note"}}])
def test_a_field_that_is_hidden_while_a_killed_import_waits_is_filled_all_the_same(
    upload, killed_in_the_middle, hide, show, choices
):
    worksheet = upload(NOTES, key="email", **choices)
    job = killed_in_the_middle(worksheet, lambda: hide("note"))

    control.run_here(job)

    worksheet.refresh_from_db()
    assert (worksheet.state, worksheet.counts["created"], worksheet.problem) == (WorksheetState.DONE, 6, "")
    show("note")
    assert notes() == [f"note {n}" for n in range(6)]


@pytest.mark.usefixtures("noted")
def test_a_field_that_is_hidden_before_the_first_chunk_is_filled_all_the_same(upload, admin, hide, show, monkeypatch):
    worksheet, stage = upload(NOTES, key="email"), rehearsing.rehearse

    def kill(*_arguments):
        raise LeaseLost

    monkeypatch.setattr(rehearsing, "rehearse", kill)
    with pytest.raises(LeaseLost):
        run(worksheet, admin)
    monkeypatch.setattr(rehearsing, "rehearse", stage)
    hide("note")
    job = Job.objects.get(kind="import")
    control.mark_interrupted(job)

    control.run_here(job)

    show("note")
    assert notes() == [f"note {n}" for n in range(6)]


@pytest.mark.usefixtures("noted")
def test_a_label_that_is_changed_while_a_killed_import_waits_changes_no_column(upload, admin, killed_in_the_middle):
    worksheet = upload(NOTES.replace("email,note", "email,Remark"), key="email")

    def relabel():
        editing.change_field(Field.objects.get(entity__acronym="CL", name="note"), labels={"en": "Comment"})
        publish(by=admin)

    control.run_here(killed_in_the_middle(worksheet, relabel))

    assert notes() == [f"note {n}" for n in range(6)]


@pytest.mark.usefixtures("noted")
def test_a_field_that_is_deleted_while_a_killed_import_waits_ends_it_with_the_truth(
    upload, admin, killed_in_the_middle, hide, client
):
    worksheet = upload(NOTES, key="email")

    def purge():
        hide("note")
        publish_plan(purging.planner("CL", "note"), by=admin, accepted_loss=10)

    job = killed_in_the_middle(worksheet, purge)
    with pytest.raises(InvalidMapping, match="The field note was deleted since the import began"):
        control.run_here(job)

    worksheet.refresh_from_db()
    facts = report.facts(worksheet)
    assert worksheet.state == WorksheetState.FAILED
    assert {name: facts[name] for name in ("rows", "created", "updated", "unchanged", "skipped", "errors")} == {
        "rows": 6, "created": 2, "updated": 0, "unchanged": 0, "skipped": 4, "errors": 0,
    }  # fmt: skip
    client.force_login(admin.user)
    page = client.get(worksheet.get_absolute_url()).text
    assert '<td data-label="Created">2</td>' in page
    assert "2 changes were written before and stay" in page
