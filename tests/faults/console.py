"""Answers questions from inside the site under test: a line of JSON in (a Python expression), a line of JSON out."""

import json
import sys
from typing import Any

import django

django.setup()

from django.core.files.base import ContentFile  # noqa: E402  # the site must be set up first
from django.core.files.storage import default_storage  # noqa: E402
from django.db import connections  # noqa: E402
from django.db.models import Max  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.html import strip_tags  # noqa: E402

from clusters.catalogue import creating  # noqa: E402
from clusters.exports import due, scheduling  # noqa: E402
from clusters.exports.scheduling import WantedExport  # noqa: E402
from clusters.models import ExportRun, ScheduledExport  # noqa: E402
from crm.jobs import control  # noqa: E402
from crm.jobs.models import Job, Schedule  # noqa: E402
from crm.people.actors import Actor  # noqa: E402
from crm.people.models import AuditEvent, User  # noqa: E402
from crm.records import undoing  # noqa: E402
from crm.records.models import ChangeSet, RecordChange, Undo  # noqa: E402
from crm.records.writing import saving  # noqa: E402
from crm.records.writing.json_values import column_names, snapshot  # noqa: E402
from crm.schema.definitions import FieldDefinition  # noqa: E402
from crm.schema.draft.editing import add_field, hide_field, restore_field  # noqa: E402
from crm.schema.generated import current  # noqa: E402
from crm.schema.models import DataEntity  # noqa: E402
from crm.schema.publishing.publishing import publish  # noqa: E402
from crm.worksheets.importing import import_jobs, undo_jobs  # noqa: E402
from crm.worksheets.mapping.choices import ImportChoices  # noqa: E402
from crm.worksheets.models import Worksheet  # noqa: E402

BY = Actor.operator()


def customers() -> Any:
    return current.newest()["CL"]


def upload(text: str, **choices: Any) -> int:
    worksheet = Worksheet(entity="CL", name="list.csv", choices=ImportChoices(keys=["email"], **choices).to_json())
    worksheet.file.save("list.csv", ContentFile(text.encode()), save=False)
    worksheet.save()
    return worksheet.number


def start_import(number: int) -> str:
    return str(import_jobs.start_import(Worksheet.objects.get(number=number), by=BY).pk)


def start_undo(number: int) -> str:
    target = ChangeSet.objects.get(pk=Worksheet.objects.get(number=number).change_set)
    return str(undo_jobs.start_undo(undoing.open_undo(target, by=BY), by=BY).pk)


def start_redo(number: int) -> str:
    target = undo_jobs.last_undo_of(Worksheet.objects.get(number=number))
    return str(undo_jobs.start_undo(undoing.open_undo(target, by=BY), by=BY).pk)


def enqueue(job: str) -> None:
    control.enqueue(Job.objects.get(pk=job))


def resume(job: str) -> None:
    control.resume(Job.objects.get(pk=job))


def job(pk: str) -> dict[str, Any]:
    found = Job.objects.get(pk=pk)
    return {"state": found.state, "error": found.error, "phase": found.phase, "done": found.done}


def worksheet(number: int) -> dict[str, Any]:
    found = Worksheet.objects.get(number=number)
    names = ("rows", "created", "updated", "unchanged", "skipped", "errors")
    counts = {name: found.counts.get(name) for name in names}
    return {"state": found.state, "problem": found.problem, **counts}


def page(number: int) -> str:
    """What the worksheet's page says to an administrator, markup aside."""
    answer = browser().get(f"/worksheets/{number}/", follow=True)
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode()).split())


def press(number: int, do: str) -> None:
    """The button of this name on the worksheet's page."""
    assert browser().post(f"/worksheets/{number}/do/", {"do": do}).status_code == 302


def browser() -> Client:
    signed_in = Client(headers={"host": "localhost"})
    signed_in.force_login(User.objects.filter(role="ADMIN").first())
    return signed_in


def written(number: int) -> int:
    """How many changes of records history has of an import."""
    return RecordChange.objects.filter(change_set=Worksheet.objects.get(number=number).change_set).count()


def newest_undo() -> dict[str, Any]:
    found = Undo.objects.first()
    return {"state": found.state, "problem": found.problem, **found.counts}


def newest_undo_report() -> dict[str, Any]:
    """All that the newest undo says and wrote, without what differs from one run to the next: ids, moments, change-sets."""
    undo = Undo.objects.select_related("target", "change_set").first()
    names = column_names(customers())
    history = [
        [change.kind, change.entity, {name: value for name, value in (change.before or {}).items() if name in names}]
        for change in undo.change_set.changes.all()
    ]
    kept = [[one.entity, one.field, one.reason] for one in undo.kept.all()]
    return {
        "state": undo.state,
        "counts": undo.counts,
        "because": [[group["reason"], group["count"]] for group in undo.because],
        "kept": sorted(kept),
        "history": sorted(history, key=str),
        "written_twice": len(history) - undo.change_set.changes.values("record_id").distinct().count(),
        "acts": ChangeSet.objects.filter(channel="undo", reference=str(undo.pk)).count(),
    }


def audited_undos() -> int:
    return AuditEvent.objects.filter(verb__in=["undo", "redo"]).count()


def records() -> dict[str, dict[str, Any]]:
    """What is stored, by e-mail; without stamps."""
    return {record.email: snapshot(record, column_names(record)) for record in customers().objects.all()}


def acts(number: int) -> int:
    """How many change-sets an import made."""
    return ChangeSet.objects.filter(channel="worksheet", reference=str(number)).count()


def cut_others() -> None:
    """Ends all connections but this one, as a network that fails does."""
    with connections["default"].cursor() as cursor:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


def newest_change_set() -> int:
    return ChangeSet.objects.aggregate(newest=Max("pk"))["newest"]


def take_back_since(pk: int) -> None:
    """All that was written after this change-set, what was written last first. Undos are not excepted:
    what one has kept, because of a later write, goes back when that is back."""
    written = ChangeSet.objects.filter(pk__gt=pk, kind="write").annotate(last=Max("changes__id")).exclude(last=None)
    for target in written.order_by("-last"):
        undoing.run(undoing.open_undo(target, by=BY), by=BY)


def update(email: str, **values: Any) -> None:
    saving.update(customers().objects.get(email=email), values, by=BY)


def create(**values: Any) -> None:
    saving.create(customers(), values, by=BY)


def delete(email: str) -> None:
    saving.delete(customers().objects.get(email=email), by=BY)


def publish_field(name: str, type_label: str, **options: Any) -> int:
    add_field(DataEntity.objects.get(acronym="CL"), FieldDefinition(name, type_label, {"en": name}, **options))
    return publish(by=BY).number


def publish_again(name: str, type_label: str) -> int:
    """The field, new or restored."""
    hidden = DataEntity.objects.get(acronym="CL").fields.filter(name=name)
    return show(name) if hidden else publish_field(name, type_label)


def hide(name: str) -> int:
    hide_field(DataEntity.objects.get(acronym="CL").fields.get(name=name))
    return publish(by=BY).number


def show(name: str) -> int:
    restore_field(DataEntity.objects.get(acronym="CL").fields.get(name=name))
    return publish(by=BY).number


def unexplained() -> list[str]:
    """Whatever is wrong when history is walked back from what is stored to the empty table that it began with."""
    names = column_names(customers())
    state = {record.pk: snapshot(record, names) for record in customers().objects.all()}
    wrong = []
    for change in RecordChange.objects.filter(entity="CL").order_by("-id"):
        wrong += step_back(state, change, names)
    return wrong + [f"{pk} was never created" for pk in state]


def step_back(state: dict[str, dict[str, Any]], change: RecordChange, names: list[str]) -> list[str]:
    pk, before = change.record_id, change.before or {}
    if change.kind == "d":
        gone = state.get(pk)
        state[pk] = {name: before.get(name) for name in names}
        return [f"{pk} was deleted but is there"] if gone else []
    if pk not in state:
        return [f"{pk} was changed before it was created"]
    if change.kind == "c":
        del state[pk]
        return []
    same = [name for name in before if name in state[pk] and state[pk][name] == before[name]]  # of fields that are not hidden
    state[pk].update({name: value for name, value in before.items() if name in state[pk]})
    return [f"{pk}: {name} was written as it was" for name in same]


def tables() -> list[str]:
    """What imports and undos should have tidied away."""
    names = connections["default"].introspection.table_names()
    return [name for name in names if name.startswith(("staging_", "undo_"))]


def schedule_export() -> int:
    """Of everybody, kept here, by the administrator."""
    cluster = creating.create_cluster("Everybody", rule="isNewsletterOptIn=false", by=BY)
    wanted = WantedExport("day", 0, 6, "csv", "plain", ["email"])
    return scheduling.schedule(cluster, wanted, by=Actor(User.objects.get(), "page"))[0].pk


def start_export(pk: int) -> str:
    return str(due.start_run(ScheduledExport.objects.get(pk=pk), due=timezone.now()).pk)


def let_exports_come() -> int:
    Schedule.objects.filter(kind=due.LOOKING).update(next_run=timezone.now())
    return ScheduledExport.objects.update(next_due=timezone.now())


def exports() -> list[list[Any]]:
    """Of each run its state, its rows, those of its file, and how many files lie there."""
    return [[run.state, run.rows, *_lines(run)] for run in ExportRun.objects.order_by("due")]


def _lines(run: ExportRun) -> list[int]:
    files = default_storage.listdir(f"cluster-exports/{run.pk}")[1]
    with run.file.open("rb") as file:
        return [len(file.read().splitlines()) - 1, len(files)]


def states() -> list[str]:
    return list(ExportRun.objects.order_by("due").values_list("state", flat=True))


def audited_exports() -> int:
    return AuditEvent.objects.filter(verb="export").count()


for line in sys.stdin:
    answer = eval(json.loads(line))  # the tests' own words
    print(json.dumps(answer, default=str), flush=True)  # noqa: T201  # this is the answer
    connections.close_all()
