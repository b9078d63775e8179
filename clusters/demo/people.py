"""The people of the demo, each made from its number and the seed alone, with addresses and orders."""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from clusters.demo.words import FIRST_NAMES, LAST_NAMES, MAIL_HOSTS, NEIGHBORHOODS, PLACES, TREES

OLDEST = date(1945, 1, 1)
DAYS_OF_BIRTH = 22_000
NO_ORDERS = 0.22  # share of the customers
ANOTHER_ORDER = 0.66  # chance after each order
MOST_ORDERS = 64
TIERS = ((Decimal(1_500), "Gold"), (Decimal(500), "Silver"), (Decimal(1), "Bronze"))  # spent at least
HAND_CLUSTERS = {"Dealers": 0.05, "Employees": 0.01, "VIP": 0.08}  # label, which is the field's name too: share of the customers
# How many times likelier people with this tier or of this state are in a cluster, so that its profile tells something.
LEANINGS: dict[str, dict[str | None, float]] = {"Dealers": {"SP": 1.8, "CE": 0.3}, "Employees": {"SP": 3}, "VIP": {"Gold": 8}}
WEIGHTS = [place[-1] for place in PLACES]

Row = tuple[object, ...]

CUSTOMER_COLUMNS = (
    "id", "email", "firstName", "lastName", "document", "documentType", "cellPhone", "birthDate", "gender", "customerClass",
    "isNewsletterOptIn", "approved", *HAND_CLUSTERS, "tier", "totalSpent", "lastOrderAt",
)  # fmt: skip
ADDRESS_COLUMNS = ("id", "userId", "addressName", "addressType", "receiverName", "street", "number", "neighborhood",
                   "city", "state", "country", "postalCode")  # fmt: skip
ORDER_COLUMNS = ("id", "userId", "number", "orderedAt", "total", "status")


@dataclass(frozen=True)
class Order:
    id: str
    number: str
    at: datetime
    total: Decimal
    status: str

    def row(self, customer: str) -> Row:
        return self.id, customer, self.number, self.at, self.total, self.status


@dataclass(frozen=True)
class Person:
    """Values in the order of the columns above."""

    customer: Row
    addresses: list[Row]
    orders: list[Row]

    def is_in(self, cluster: str) -> bool:
        return bool(self.customer[CUSTOMER_COLUMNS.index(cluster)])


def person(number: int, *, seed: int, today: datetime) -> Person:
    """Days count back from `today`, so that a demo is as fresh as its day."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311  # repeatable, not secret
    record_id = id_of(number, seed, kind=1)
    first, last = chance.choice(FIRST_NAMES), f"{chance.choice(LAST_NAMES)}"
    place = chance.choices(PLACES, WEIGHTS)[0]
    orders = list(_orders(number, chance, seed=seed, today=today))
    paid = [order for order in orders if order.status != "cancelled"]
    spent = sum((order.total for order in paid), Decimal(0))
    tier = next((tier for least, tier in TIERS if spent >= least), None)
    trait = tier if tier == "Gold" else place[0]
    customer = (
        record_id,
        f"{_ascii(first)}.{_ascii(last)}{number}@{chance.choice(MAIL_HOSTS)}",
        first,
        last,
        cpf(chance.randrange(1, 10**9)),
        "cpf",
        f"+55{place[2]}9{chance.randrange(10**8):08}",
        OLDEST + timedelta(days=chance.randrange(DAYS_OF_BIRTH)),
        chance.choice(("female", "male", None)),
        chance.choices("ABCD", (10, 24, 59, 7))[0],
        chance.random() < 0.6,
        chance.random() < 0.95,
        *(chance.random() < share * LEANINGS[cluster].get(trait, 1) for cluster, share in HAND_CLUSTERS.items()),
        tier,
        spent if paid else None,
        max((order.at for order in paid), default=None),
    )
    return Person(
        customer,
        list(_addresses(number, record_id, f"{first} {last}", place, chance, seed=seed)),
        [order.row(record_id) for order in orders],
    )


def id_of(number: int, seed: int, *, kind: int) -> str:
    """Ids as the site makes them, in the order of the numbers; `kind` keeps those of two entities apart."""
    return f"018f{kind:04x}-{seed & 0xFFFF:04x}-7000-8000-{number:012x}"


def cpf(root: int) -> str:
    """The nine digits of a CPF and the two that check them; not eleven times the same."""
    digits = [int(digit) for digit in f"{root % 999_999_999 or 1:09}"]
    for _place in range(2):
        weighted = sum(digit * weight for digit, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
        digits.append(weighted * 10 % 11 % 10)
    return "".join(map(str, digits)) if len(set(digits)) > 1 else cpf(root + 1)


def _orders(number: int, chance: random.Random, *, seed: int, today: datetime) -> Iterator[Order]:
    if chance.random() < NO_ORDERS:
        return
    usual = chance.lognormvariate(4.9, 0.7)  # what this customer spends at a time, about R$ 134 in the middle
    days = chance.expovariate(1 / 120)
    for place in range(MOST_ORDERS):
        total = Decimal(max(900, round(usual * chance.uniform(0.5, 1.6) * 100))) / 100
        state = chance.choices(("paid", "shipped", "cancelled"), (5, 90, 5))[0]
        yield Order(
            id_of(number * MOST_ORDERS + place, seed, kind=3),
            f"{seed}-{number * MOST_ORDERS + place:08}",
            today - timedelta(days=days, seconds=chance.randrange(3_600)),
            total,
            state,
        )
        if chance.random() > ANOTHER_ORDER:
            return
        days += chance.expovariate(1 / 60)


def _addresses(
    number: int, record_id: str, name: str, home: tuple[str, str, str, str, int], chance: random.Random, *, seed: int
) -> Iterator[Row]:
    for place, (title, kind, share) in enumerate((("Casa", "residential", 0.93), ("Trabalho", "commercial", 0.25))):
        if chance.random() < share:
            state, city, _area, postal, _share = home
            yield (
                id_of(number * 2 + place, seed, kind=2), record_id, title, kind, name, f"Rua {chance.choice(TREES)}",
                str(chance.randrange(1, 2_000)), chance.choice(NEIGHBORHOODS), city, state, "BRA",
                f"{postal}{chance.randrange(1_000):03}",
            )  # fmt: skip


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "")
