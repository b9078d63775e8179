"""The month of birth, which follows from the date of birth."""

from datetime import date

from crm.records.dialects.protocol import Dialect
from crm.records.entity_rules.base import Derivation


def _month(value: date | None) -> int | None:
    return value.month if value else None


def _month_sql(dialect: Dialect, value: str) -> str:
    return dialect.month(value)


BIRTH_MONTH = Derivation("birthDateMonth", "birthDate", _month, _month_sql)
