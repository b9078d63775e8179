"""Two different values beside each other never look the same."""

from datetime import UTC, datetime, time

import pytest

from crm.people.models import Role, User
from crm.records.exact_texts import distinguished
from crm.records.history.descriptions import describe_events
from crm.records.history.events import events_of
from crm.records.writing import saving
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition


@pytest.mark.parametrize(
    ("label", "values", "shown"),
    [
        (
            "Date and Time",
            (datetime(2026, 1, 31, 13, 0, 1, tzinfo=UTC), datetime(2026, 1, 31, 13, 0, 2, tzinfo=UTC)),
            ("2026-01-31 10:00:01-03:00", "2026-01-31 10:00:02-03:00"),
        ),
        (
            "Date and Time",
            (datetime(2026, 1, 31, 13, 0, tzinfo=UTC), datetime(2026, 1, 31, 13, 1, tzinfo=UTC)),
            ("01/31/2026 10:00 a.m.", "01/31/2026 10:01 a.m."),
        ),
        ("Time", (time(10, 0, 1), time(10, 0, 2)), ("10:00:01 a.m.", "10:00:02 a.m.")),
        ("Time", (time(10, 0, 1, 250_000), time(10, 0, 1)), ("10:00:01.250000", "10:00:01")),
        ("Varchar 50", ("Ana", "Eva"), ("Ana", "Eva")),
    ],
)
def test_values_that_differ_look_different(settings, label, values, shown):
    settings.TIME_ZONE = "America/Sao_Paulo"
    field = FieldDefinition("value", label)

    texts = tuple(fieldtypes.get(label).display_column(values, field))

    assert distinguished(texts, values, field) == shown


def test_the_history_shows_the_second_that_changed(customers, admin):
    record = saving.create(customers, {"rclastsessiondate": "2026-01-31T13:00:01Z"}, by=admin)
    saving.update(record, {"rclastsessiondate": "2026-01-31T13:00:02Z"}, by=admin)

    (update, _creation) = describe_events(events_of(customers, record.pk), customers.entity.visible_fields, reader=admin)

    (change,) = update.changes
    assert (":00:01" in change.before, ":00:02" in change.after) == (True, True)


def test_the_history_tells_two_people_of_one_name_by_their_ids(define, admin):
    parts = define(code="Varchar 50", changedBy=FieldDefinition("changedBy", "User Login"))
    anas = [User.objects.create(email=f"ana{n}@example.com", name="Ana", role=Role.EDITOR) for n in range(2)]
    first, second = (type(admin)(ana, "page") for ana in anas)
    record = saving.create(parts, {"code": "A"}, by=first)
    saving.update(record, {"code": "B"}, by=second)

    (update, _creation) = describe_events(events_of(parts, record.pk), parts.entity.visible_fields, reader=admin)

    assert [(change.before, change.after) for change in update.changes] == [("A", "B"), tuple(str(ana.pk) for ana in anas)]


def test_what_somebody_else_stored_meanwhile_differs_by_the_second(browse, customers, admin):
    record = saving.create(customers, {"rclastsessiondate": "2026-01-31T13:00:01Z", "firstName": "Ana"}, by=admin)
    saving.update(record, {"rclastsessiondate": "2026-01-31T13:00:02Z"}, by=admin)

    page = browse.post(f"/crm/CL/{record.pk}/", {"rclastsessiondate": "2026-01-31T10:00:03", "crm_version": "1"})

    assert page.status_code == 409
    assert ":00:02-" in page.context["both"][0].stored
    assert ":00:03-" in page.context["both"][0].typed
