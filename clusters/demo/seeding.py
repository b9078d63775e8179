"""Fills a site with the demo; the same seed gives the same data on the same day."""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from clusters.catalogue import creating
from clusters.demo.loading import load
from clusters.demo.people import ADDRESS_COLUMNS, CUSTOMER_COLUMNS, HAND_CLUSTERS, ORDER_COLUMNS, TIERS, id_of, person
from clusters.history.refreshing import refresh_all
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.records import bulk
from crm.schema.designs.arranging import add_to, put_last, take_from
from crm.schema.designs.stored_forms import change_default
from crm.schema.form_design import FormDesign
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.transfer import importing

SCHEMA = Path(__file__).with_name("schema.json")
RULES = {
    "Loyal VIPs": "VIP=true AND isNewsletterOptIn=true AND customerClass in (A, B)",
    "Best customers": "totalSpent>=1500",
    "No order for 180 days": "lastOrderAt<now-180d",
    "Bought in 90 days": "has(OD where orderedAt>now-90d AND status<>cancelled)",
    "Newsletter in São Paulo": "isNewsletterOptIn=true AND has(AD where state=SP)",
}  # label: rule
PLACED = ("tier", "totalSpent", "lastOrderAt")  # fields of the demo that the customers' form shows
LISTED, UNUSED = ("totalSpent", "lastOrderAt"), "phone"  # columns of the list; the demo has cell phones

MOVED = (*HAND_CLUSTERS, "tier")  # fields that change from day to day

AT_ONCE = 20_000  # people
AGES = ((400, 0.55), (200, 0.22), (90, 0.12), (45, 0.06), (20, 0.03), (6, 0.015), (1, 0.005))  # days ago, share who came then

DAYS = 45  # of comings and goings
JOINING, LEAVING = 0.012, 0.005  # share of a cluster's members on a usual day
MOVING = 0.0008  # share of the customers whose tier changes on a usual day
LARGE_DAY, LARGE = 9, 0.4  # days ago when a list of dealers came, and its share of the members

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Demo:
    seed: int
    now: datetime
    by: Actor


def seed(*, customers: int, seed: int, by: Actor, on_progress: Progress = lambda _done: None) -> dict[str, int]:
    """Publishes fields and the entity *Orders*, makes clusters by hand and tiers, people and their changes, and clusters by rule.

    What is there already stays as it is. Raises SchemaRefusal, for example while changes of the schema are open.
    """
    now = timezone.now()
    demo = Demo(seed, now, by)
    _publish_schema(by)
    _create_clusters(dict.fromkeys(HAND_CLUSTERS), by)
    creating.create_tiers("tier", by=by)
    came = sum(_people(demo, numbers, at, on_progress) for numbers, at in _arrivals(customers, now))
    if came:
        _live(demo, _settled(customers))
        for entity in ("CL", "AD", "OD"):
            bulk.tidy(current.models()[entity], rows=came)
    _create_clusters(RULES, by)  # now: who is in at first has been in since nobody knows when
    refresh_all()
    return {"customers": customers, "clusters": Cluster.objects.count(), "promotions": 0}


def _publish_schema(by: Actor) -> None:
    if "OD" in current.models() and all(current.entity("CL").field(name) for name in PLACED):
        return
    importing.import_document(json.loads(SCHEMA.read_text(encoding="utf-8")), by=by)

    def placed(design: FormDesign) -> FormDesign:
        for name in PLACED:
            design = put_last(design, name)
        for name in LISTED:
            design = add_to(design, "list_columns", name)
        return take_from(design, "list_columns", UNUSED)

    change_default(DataEntity.objects.get(acronym="CL"), placed, what="demo")


def _create_clusters(rules: Mapping[str, str | None], by: Actor) -> None:
    """By their labels; those of None by hand."""
    known = {cluster.label for cluster in Cluster.objects.all()}
    for label, rule in rules.items():
        if label not in known:
            creating.create_cluster(label, rule=rule, by=by)


def _arrivals(customers: int, now: datetime) -> Iterator[tuple[range, datetime]]:
    """Numbers of people who came together, and when."""
    first, share = 1, 0.0
    for age, part in AGES:
        share += part
        end = max(first, round(customers * share) + 1)
        for start in range(first, end, AT_ONCE):
            yield range(start, min(start + AT_ONCE, end)), now - timedelta(days=age)
        first = end


def _people(demo: Demo, numbers: range, at: datetime, on_progress: Progress) -> int:
    people = [person(number, seed=demo.seed, today=demo.now) for number in numbers]
    came = load("CL", CUSTOMER_COLUMNS, [one.customer for one in people], mode="create", at=at, by=demo.by)
    if came:
        load("AD", ADDRESS_COLUMNS, [row for one in people for row in one.addresses], mode="create", at=at, by=demo.by)
        load("OD", ORDER_COLUMNS, [row for one in people for row in one.orders], mode="create", at=at, by=demo.by)
    on_progress(numbers.stop - 1)
    return came


def _settled(customers: int) -> int:
    """How many came before the changes begin."""
    return max(1, round(customers * sum(share for age, share in AGES if age > DAYS)))


def _live(demo: Demo, customers: int) -> None:
    """Weeks in which people join and leave clusters and move between tiers, day by day."""
    chance = random.Random(demo.seed)  # noqa: S311  # repeatable, not secret
    for day in range(DAYS, 0, -1):
        moves = _moves(demo, customers, day, chance)
        rows = [
            (id_of(number, demo.seed, kind=1), *(values.get(name) for name in MOVED)) for number, values in sorted(moves.items())
        ]
        load("CL", ("id", *MOVED), rows, mode="update", at=demo.now - timedelta(days=day), by=demo.by)


def _moves(demo: Demo, customers: int, day: int, chance: random.Random) -> dict[int, dict[str, object]]:
    """What changes on a day: new values by field, by the number of the person."""
    moves: dict[int, dict[str, object]] = defaultdict(dict)
    for cluster, share in HAND_CLUSTERS.items():
        members = customers * share
        joining = members * (LARGE if (cluster, day) == ("Dealers", LARGE_DAY) else JOINING)
        for number in _some(customers, joining, chance):
            moves[number][cluster] = True
        for number in _some(customers, members * LEAVING / share, chance):
            if person(number, seed=demo.seed, today=demo.now).is_in(cluster):
                moves[number][cluster] = False
    for number in _some(customers, customers * MOVING, chance):
        moves[number]["tier"] = chance.choice(TIERS)[1]
    return moves


def _some(customers: int, count: float, chance: random.Random) -> list[int]:
    """Numbers of about so many people."""
    return [chance.randint(1, customers) for _ in range(int(count + chance.random()))]
