"""Headers of common exports that mean a built-in field: two tables, each read once."""

import csv
import re
from functools import cache
from pathlib import Path

from crm.rules.folding import fold

FULL_NAME = "firstName+lastName"  # the target of a column that holds whole names
HEADERS = Path(__file__).with_name("synonyms.csv")  # entity, field, language, header, and the export that writes it so
COMMON = "common usage"  # the source of headers that people write, and no export
QUALIFIERS = Path(__file__).with_name("qualifiers.csv")  # words that say whose field it is and leave its meaning: “customer”
WORD = re.compile(r"[a-z0-9]+")
INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain(text: str) -> str:
    """Letters and digits alone, without case and accents: `E-mail Address` is `emailaddress`."""
    return "".join(WORD.findall(fold(text)))


def unqualified(text: str) -> str:
    """As `plain`, without the qualifiers: `Customer Email` is `email`."""
    words = WORD.findall(fold(INNER_CAPITAL.sub(" ", text)))
    return "".join(word for word in words if word not in qualifiers())


@cache
def synonyms(entity: str) -> dict[str, tuple[int, str]]:
    """By plain header its rank, the lower the surer where two headers mean one field, and the field or FULL_NAME.

    Of two that no known export writes, neither is the surer.
    """
    lines = [line for line in _lines(HEADERS) if line["entity"] == entity]
    found: dict[str, tuple[int, str]] = {}
    for place, line in enumerate(lines):
        rank = len(lines) if line["source"] == COMMON else place
        found.setdefault(plain(line["header"]), (rank, line["field"]))
    return found


def program_of(header: str, entity: str) -> str:
    """The first word of the source of a header that a known export writes; empty for others."""
    return _programs(entity).get(plain(header), "")


@cache
def _programs(entity: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _lines(HEADERS):
        if line["entity"] == entity and line["source"] != COMMON:
            found.setdefault(plain(line["header"]), line["source"].split()[0])
    return found


@cache
def qualifiers() -> frozenset[str]:
    return frozenset(fold(line["word"]) for line in _lines(QUALIFIERS))


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
