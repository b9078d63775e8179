"""A site filled with the demo."""

from datetime import timedelta

import pytest
from django.db.models import Min
from django.utils import timezone

from clusters.demo import seeding
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.records.models import RecordChange
from crm.schema.generated import current

pytestmark = pytest.mark.django_db


def test_demo_has_customers_with_addresses_orders_and_clusters_of_every_kind():
    counted = seeding.seed(customers=200, seed=1, by=Actor.operator())

    models = current.models()
    assert counted == {"customers": 200, "clusters": 11, "promotions": 0}
    assert models["CL"].objects.count() == 200
    assert models["AD"].objects.exclude(userId=None).count() == models["AD"].objects.count() > 100
    assert models["OD"].objects.values("userId").distinct().count() > 100
    assert {"Dealers", "VIP", "BestCustomers", "Gold"} < set(Cluster.objects.values_list("name", flat=True))


def test_history_goes_back_to_the_day_each_customer_came():
    seeding.seed(customers=200, seed=1, by=Actor.operator())

    first = RecordChange.objects.filter(entity="CL", kind="c").aggregate(at=Min("at"))["at"]
    assert timezone.now() - first > timedelta(days=300)
    assert current.models()["CL"].objects.order_by("createdIn").first().createdIn == first
    assert RecordChange.objects.filter(entity="CL", kind="u", at__gt=first).values("at").distinct().count() > 10


def test_nobody_changes_before_they_came():
    seeding.seed(customers=300, seed=1, by=Actor.operator())

    came = dict(current.models()["CL"].objects.values_list("id", "createdIn"))
    changed = RecordChange.objects.filter(entity="CL", kind="u").values_list("record_id", "at")
    assert all(at > came[record_id] for record_id, at in changed)


def test_seeding_again_changes_nothing():
    seeding.seed(customers=20, seed=1, by=Actor.operator())
    before = RecordChange.objects.count()

    seeding.seed(customers=20, seed=1, by=Actor.operator())

    assert RecordChange.objects.count() == before
