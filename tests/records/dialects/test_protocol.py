"""Both databases answer what the protocol asks for alike; here the connected one."""

from datetime import UTC, date, datetime

import pytest

from crm.records.bulk.statements import rows
from crm.records.dialects import DIALECTS, dialect
from crm.records.dialects.protocol import Dialect


def value(expression: str) -> object:
    return rows(f"SELECT {expression}")[0][0]


@pytest.fixture(autouse=True)
def database(db):
    """Every expression is evaluated."""


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_each_dialect_has_all_that_the_protocol_names(name):
    named = {attribute for attribute in vars(Dialect) if not attribute.startswith("_")} | set(Dialect.__annotations__)

    assert [attribute for attribute in named if not hasattr(DIALECTS[name], attribute)] == []


@pytest.mark.parametrize("text", ["ana", "O'Neil", "100 %", "é\\n"])
def test_a_literal_is_the_value(text):
    assert value(dialect().literal(text)) == text


def test_a_moment_and_a_boolean_are_literals_too():
    literal = dialect().literal
    later, earlier = datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    assert value(f"CASE WHEN {literal(later)} > {literal(earlier)} AND {literal(True)} THEN 'yes' END") == "yes"


def test_a_month_is_a_number():
    assert value(dialect().month(dialect().literal(date(1990, 11, 3)))) == 11


def test_a_text_contains_a_piece():
    assert value(f"CASE WHEN {dialect().contains(chr(39) + 'a,b' + chr(39), chr(39) + ',b' + chr(39))} THEN 1 END") == 1
