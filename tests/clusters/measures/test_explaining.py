"""What `make bench` measures of *why*."""

import pytest

from clusters.measures import explaining
from clusters.models import Cluster, MembershipEvent
from crm.management.bench.scratch import scratch_model
from crm.people.actors import Actor

pytestmark = pytest.mark.django_db


def test_an_explanation_has_no_limit_and_nothing_of_it_stays(tmp_path):
    with scratch_model() as model:
        (found,) = explaining.measured(model, tmp_path, 200, Actor.operator())

    assert (found["name"], found["rows"], found["limit_seconds"], found["ratio"]) == ("why", 200, None, None)
    assert 0 < found["seconds"] < 1
    assert not Cluster.objects.exists()
    assert not MembershipEvent.objects.exists()
