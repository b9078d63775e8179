"""A default given to the records that have no value."""

import pytest

from crm.jobs import control
from crm.jobs.errors import LeaseLost
from crm.jobs.models import Job
from crm.records.backfilling import defaults
from crm.records.errors import BadQuery
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.models import Field
from crm.schema.publishing.publishing import publish

GOLD = {"choices": [{"value": "gold"}, {"value": "vip"}]}


@pytest.fixture
def parts(define, admin):
    model = define(code="Varchar 50", tier=FieldDefinition("tier", "Choice", default="gold", options=GOLD))
    for record_id, tier in {"a": "", "b": "vip", "c": ""}.items():
        saving.create(model, {"code": record_id, "tier": tier}, by=admin, record_id=record_id)
    return model


@pytest.fixture
def backfill(admin):
    def ran(subject: str):
        return control.run_here(control.prepare("backfill", by=admin, subject=subject, entity="PT")).result

    return ran


def tiers(model) -> dict:
    return dict(model.objects.order_by("pk").values_list("pk", "tier"))


def test_r43_only_records_without_a_value_get_the_default(parts, backfill):
    assert backfill("PT.tier") == {"filled": 2}

    assert tiers(parts) == {"a": "gold", "b": "vip", "c": "gold"}


def test_r43_it_is_one_act_in_the_history(parts, backfill, admin):
    backfill("PT.tier")

    act = ChangeSet.objects.first()
    changes = RecordChange.objects.filter(change_set=act).order_by("record_id")
    assert (act.user, act.channel, act.summary) == (admin.user_id, "job", "default of tier")
    assert [(change.record_id, change.before) for change in changes] == [("a", {"tier": None}), ("c", {"tier": None})]
    assert set(parts.objects.filter(pk__in="ac").values_list("crm_version", flat=True)) == {2}


def test_r43_batches_go_on_where_the_last_one_ended(parts, backfill, monkeypatch):
    monkeypatch.setattr(defaults, "BATCH", 1)

    assert backfill("PT.tier") == {"filled": 2}
    assert backfill("PT.tier") == {"filled": 0}


@pytest.mark.parametrize("subject", ["PT.code", "PT.nothing"])
def test_without_a_default_it_says_so(parts, backfill, subject):
    with pytest.raises(BadQuery, match="has no default that many records could have"):
        backfill(subject)


@pytest.fixture
def killed_after_one(admin, monkeypatch):
    """A back-fill of `tier` whose process is killed after the first record."""
    monkeypatch.setattr(defaults, "BATCH", 1)
    next_batch, batches = defaults._next_batch, []

    def killed(*arguments):
        batches.append(arguments)
        if len(batches) == 2:
            raise LeaseLost
        return next_batch(*arguments)

    monkeypatch.setattr(defaults, "_next_batch", killed)
    job = control.prepare("backfill", by=admin, subject="PT.tier", entity="PT")
    with pytest.raises(LeaseLost):
        control.run_here(job)
    return job


@pytest.mark.parametrize("meanwhile", [{"hidden": True}, {"default": "vip"}, {"default": None}])
def test_a_killed_back_fill_goes_on_as_it_began(parts, killed_after_one, admin, meanwhile):
    field = Field.objects.get(entity__acronym="PT", name="tier")
    editing.change_field(field, **meanwhile)
    publish(by=admin)
    control.mark_interrupted(Job.objects.get(pk=killed_after_one.pk))

    assert control.run_here(Job.objects.get(pk=killed_after_one.pk)).result == {"filled": 2}

    assert tiers(parts) == {"a": "gold", "b": "vip", "c": "gold"}
    assert ChangeSet.objects.filter(summary="default of tier").count() == 1
