"""Demo data."""

import random

import pytest

from clusters import seeding
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.records.models import RecordChange
from crm.schema.generated import current


def test_same_seed_gives_the_same_people():
    assert list(seeding.people(50, random.Random(7))) == list(seeding.people(50, random.Random(7)))


@pytest.mark.django_db
def test_demo_has_customers_clusters_and_history():
    counted = seeding.seed(customers=200, seed=1, by=Actor.operator())

    assert counted == {"customers": 200, "clusters": 4, "promotions": 0}
    assert current.models()["CL"].objects.count() == 200
    assert set(Cluster.objects.values_list("name", flat=True)) == {"Dealers", "Employees", "VIP", "LoyalVIPs"}
    assert RecordChange.objects.filter(kind="c").count() == 200


@pytest.mark.django_db
def test_seeding_again_changes_nothing():
    seeding.seed(customers=20, seed=1, by=Actor.operator())

    seeding.seed(customers=20, seed=1, by=Actor.operator())

    assert RecordChange.objects.count() == 20
