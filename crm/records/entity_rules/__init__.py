"""Rules of built-in entities over several fields together: one list for forms, the API and worksheets.

A rule says which fields it concerns, how one record is computed or checked in Python, and how many records are in SQL.
"""

from typing import Any

from crm.records.entity_rules.base import Derivation, RecordCheck, RecordFault, Values
from crm.records.entity_rules.birth_month import BIRTH_MONTH
from crm.records.entity_rules.documents import CPF_DOCUMENT
from crm.schema.definitions import EntityDefinition

__all__ = ["Derivation", "RecordCheck", "RecordFault", "checks_of", "derivations_of", "record_errors", "with_derived"]

DERIVATIONS = (BIRTH_MONTH,)
CHECKS = (CPF_DOCUMENT,)


def derivations_of(entity: EntityDefinition) -> list[Derivation]:
    return [rule for rule in DERIVATIONS if rule.applies_to(entity)]


def checks_of(entity: EntityDefinition) -> list[RecordCheck]:
    return [rule for rule in CHECKS if rule.applies_to(entity)]


def with_derived(entity: EntityDefinition, values: Values) -> dict[str, Any]:  # Any: typed values
    """The values that are written, and those that follow from them."""
    rules = (rule for rule in derivations_of(entity) if rule.source in values)
    return {**values, **{rule.target: rule.compute(values[rule.source]) for rule in rules}}


def record_errors(entity: EntityDefinition, changed: Values, record: Values) -> dict[str, str]:
    """Reasons by field: what is wrong with a record as it will be, as far as the change concerns it."""
    made = (check.fault(record) for check in checks_of(entity) if changed.keys() & set(check.fields))
    return {fault.field: fault.reason for fault in made if fault}
