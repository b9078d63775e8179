"""The values that a condition may be about, counted, where somebody is choosing: the most frequent ones, quartiles of numbers."""

from dataclasses import replace

from clusters.builder.conditions import WITHOUT_VALUE
from clusters.builder.offering import kind_of
from clusters.builder.operators import machine_value
from clusters.builder.showing import FrequentValue, ShownItem, ShownValues
from clusters.builder.values import MEASURED, FieldValues, values_of

MOST = 5  # fields of a page whose values are counted, each by a scan
SUGGESTED = {"text", *MEASURED}
Known = dict[tuple[str, str], FieldValues]  # by entity and name of the field


def with_suggestions(root: ShownItem) -> ShownItem:
    known: Known = {}
    for item in root.all_items():
        if item.clause and _is_choosing(item) and len(known) < MOST:
            compared = item.clause.compared
            known.setdefault((compared.entity, compared.definition.name), values_of(compared.entity, compared.definition))
    return _suggested(root, known)


def _is_choosing(item: ShownItem) -> bool:
    """Return True for a condition that has no value yet, or a list of them."""
    clause = item.clause
    if clause is None or item.records or clause.operator in WITHOUT_VALUE or clause.options:
        return False
    field = clause.compared.definition
    is_open = clause.many or not any(clause.values)
    return is_open and bool(field.column) and not field.unique and kind_of(field) in SUGGESTED


def _suggested(item: ShownItem, known: Known) -> ShownItem:
    items = [_suggested(part, known) for part in item.items]
    if item.clause is None or not _is_choosing(item):
        return replace(item, items=items)
    found = known.get((item.clause.compared.entity, item.clause.compared.definition.name))
    return replace(item, items=items, clause=_with_values(item.clause, found) if found else item.clause)


def _with_values(clause: ShownValues, found: FieldValues) -> ShownValues:
    """Without values of one record each, and those that a form would not send back as they are."""
    frequent = [
        FrequentValue(value, label, count, value in clause.values)
        for value, (label, count) in zip(found.stored, found.rows, strict=True)
        if count > 1 and value.isprintable() and machine_value(clause.compared.definition, value) == value
    ]
    return replace(clause, frequent=frequent, quartiles=found.quartiles)
