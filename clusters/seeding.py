"""Realistic Brazilian customers and a few clusters as demo data; the same seed gives the same customers."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from clusters.catalogue import creating
from clusters.models import Cluster
from crm.people.actors import Actor
from crm.records import bulk
from crm.records.writing.recording import open_change_set
from crm.schema.generated import current

FIRST_NAMES = ("Ana", "Beatriz", "Camila", "Daniel", "Eduardo",
               "Fernanda", "Gabriel", "Helena", "Igor", "Júlia", "Lucas", "Mariana",
               "Otávio", "Paula", "Rafael", "Sofia", "Thiago", "Vitória")  # fmt: skip
LAST_NAMES = ("Almeida", "Barbosa", "Cardoso", "Conceição", "Ferreira",
              "Gonçalves", "Lima", "Moura", "Nascimento", "Oliveira", "Pereira",
              "Ribeiro", "Santos", "Silva", "Souza", "Teixeira")  # fmt: skip
AREA_CODES = ("11", "21", "31", "41", "51", "61", "71", "81", "85", "92")
CLASSES = ("A", "B", "C")
CLUSTERS = {"Dealers": 0.05, "Employees": 0.02, "VIP": 0.10}  # label: share of the customers
RULES = {"Loyal VIPs": "VIP=true AND isNewsletterOptIn=true AND customerClass in (A, B)"}  # label: rule
OLDEST = date(1950, 1, 1)
COLUMNS = ("email", "firstName", "lastName", "cellPhone", "birthDate", "customerClass", "isNewsletterOptIn", "approved")


def seed(*, customers: int, seed: int, by: Actor) -> dict[str, int]:
    """Creates clusters and customers; existing ones are updated to the same values."""
    known = {cluster.label for cluster in Cluster.objects.all()}
    for label, rule in (dict.fromkeys(CLUSTERS) | RULES).items():
        if label not in known:
            creating.create_cluster(label, rule=rule, by=by)
    with current.pinned() as generated:
        merge = bulk.Merge(generated["CL"], "staging_demo", ("email",), (*COLUMNS, *CLUSTERS))
        bulk.create_staging(merge)
        rows = people(customers, random.Random(seed))  # noqa: S311  # repeatable, not secret
        bulk.stage(merge, [bulk.pack(list(zip(*rows, strict=True)))])
        bulk.difference(merge)
        _apply(merge, by=by)
        bulk.drop_staging(merge)
    return {"customers": customers, "clusters": len(CLUSTERS) + len(RULES), "promotions": 0}


def people(count: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    """Staged rows: number, values, nothing cleared."""
    for number in range(1, count + 1):
        first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
        email = f"cliente{number}@example.com"
        phone = f"+55{chance.choice(AREA_CODES)}9{chance.randrange(10**8):08}"
        born = OLDEST + timedelta(days=chance.randrange(20_000))
        flags = (chance.random() < 0.6, chance.random() < 0.9, *(chance.random() < share for share in CLUSTERS.values()))
        yield (number, email, first, last, phone, born, chance.choice(CLASSES), *flags, None)


def _apply(merge: bulk.Merge, *, by: Actor) -> None:
    change_set = open_change_set("CL", by=by, at=timezone.now(), summary="demo")
    last: int | None = 0
    while last is not None:
        with transaction.atomic():
            last = bulk.apply_chunk(merge, change_set, after_row=last).last_row
