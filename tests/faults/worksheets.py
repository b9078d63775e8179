"""What goes into the site under test: people as there are, a worksheet that changes them, and what must come of it."""

from dataclasses import dataclass
from typing import Any

COLUMNS = ("email", "userId", "firstName", "lastName", "birthDate", "rclastcartvalue")
THERE, LISTED = range(600), range(300, 1800)  # so many are there before; so many stand in the worksheet
WRONG = 777  # a row that is refused


@dataclass(frozen=True)
class Person:
    email: str
    userId: str
    firstName: str
    lastName: str
    birthDate: str
    rclastcartvalue: str

    @property
    def line(self) -> str:
        return ",".join(getattr(self, name) for name in COLUMNS)


def person(number: int) -> Person:
    day = f"19{number % 90 + 10}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    return Person(f"p{number}@example.com", f"u{number}", f"Ana {number}", "Souza", day, f"{number}.{number % 100:02}")


def changed(number: int) -> Person:
    """Every third as it is; of the others every tenth swaps the user id with the next, and all get another name."""
    before = person(number)
    if number % 3 == 0:
        return before
    swapped = {1: number + 1, 2: number - 1}.get(number % 30, number)
    return Person(before.email, f"u{swapped}", f"Eva {number}", "Souza", before.birthDate, before.rclastcartvalue)


def text(people: list[Person]) -> str:
    return "\n".join([",".join(COLUMNS), *(one.line for one in people)]) + "\n"


def first_text() -> str:
    return text([person(number) for number in THERE])


def second_text() -> str:
    """New people first, so that those who are there come late."""
    wrong = Person("no mail", "u-wrong", "Wrong", "Wrong", "1990-01-01", "1.00")
    return text([wrong if number == WRONG else changed(number) for number in reversed(LISTED)])


def expected() -> dict[str, Person]:
    """Who is there when both worksheets went in."""
    people = {number: person(number) for number in THERE}
    people |= {number: changed(number) for number in LISTED if number != WRONG}
    return {one.email: one for one in people.values()}


def counts() -> dict[str, Any]:
    both = [number for number in LISTED if number in THERE]
    updated = sum(changed(number) != person(number) for number in both)
    created = len(LISTED) - len(both) - 1
    return {
        "rows": len(LISTED), "created": created, "updated": updated, "unchanged": len(both) - updated, "skipped": 0, "errors": 1,
    }  # fmt: skip


def shown(record: dict[str, Any]) -> Person:
    """A stored record as the worksheet would have it."""
    value = f"{float(record['rclastcartvalue']):.2f}"
    return Person(*(record[name] for name in COLUMNS[:-1]), value)
