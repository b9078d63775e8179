"""What `make bench` measures of clusters."""

import pytest

from clusters.measures import counting
from crm.management.bench.scratch import scratch_model
from crm.people.actors import Actor
from crm.records import querying
from crm.rules.parsing import parse


@pytest.mark.django_db
def test_twenty_clusters_are_counted_compared_and_profiled_beside_one_scan(tmp_path):
    with scratch_model() as model:
        results = list(counting.measured(model, tmp_path, 300, Actor.operator()))

        assert [one["name"] for one in results] == list(counting.NAMES)
        assert all(one["limit_seconds"] >= 0 and one["rows"] == 300 for one in results)


@pytest.mark.django_db
def test_there_are_twenty_rules_that_find_somebody_and_not_all_the_same(tmp_path):
    with scratch_model() as model:
        list(counting.measured(model, tmp_path, 300, Actor.operator()))
        texts = (*counting.FLAGS, *counting.RULES)
        counts = querying.counts_where(model.objects.all(), {text: querying.condition(parse(text), model) for text in texts})

    assert len(counts) == 20
    assert len({count for count in counts.values() if count}) > 5
