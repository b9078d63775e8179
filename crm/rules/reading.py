"""Which fields a rule reads, of any entity: what would notice if one were gone."""

from collections.abc import Iterator
from dataclasses import replace

from crm.rules.resolving import Fields, find_reference, resolve
from crm.rules.tree import FieldPath, Leaf, RelatedTest, Rule, chosen_by, leaves


def fields_read(rule: Rule, fields: Fields) -> frozenset[tuple[str, str]]:
    """The entity and the canonical name of every field that the rule reads, directly or through Rule fields,
    whoever may read it. Raises RuleError for what is not there."""
    return frozenset((owner.entity, name) for owner, name in _all_read(rule, fields))


def own_fields_read(rule: Rule, fields: Fields) -> frozenset[str]:
    """The names of those that it reads of the record itself. Raises RuleError."""
    return frozenset(name for owner, name in _all_read(rule, fields) if owner is fields)


def labels_in(rule: Rule) -> list[str]:
    """The labels that stand in place of names, each in its quotes."""
    named = [name for leaf in leaves(rule) for name in _names(leaf) if name.startswith('"')]
    return [*named, *(label for leaf in leaves(rule) for where in chosen_by(leaf) for label in labels_in(where))]


def _names(leaf: Leaf) -> tuple[str, ...]:
    return (leaf.of,) if isinstance(leaf, RelatedTest) else (leaf.field.name, leaf.field.sub)


def _all_read(rule: Rule, fields: Fields) -> Iterator[tuple[Fields, str]]:
    """Each field once, with the fields that it is one of."""
    seen: set[tuple[str, str, bool]] = set()
    waiting: list[tuple[Rule, Fields]] = [(rule, fields)]
    while waiting:
        tree, owner = waiting.pop()
        for leaf in leaves(tree):
            found, inner = _read_by(leaf, owner)
            waiting += inner
            for place, name in found:
                if (key := (place.entity, name, place is fields)) not in seen:
                    seen.add(key)
                    waiting += _expression(place, name)
                    yield place, name


def _read_by(leaf: Leaf, fields: Fields) -> tuple[list[tuple[Fields, str]], list[tuple[Rule, Fields]]]:
    """The fields that a comparison names, and the rule that related records are chosen by."""
    if not isinstance(leaf, RelatedTest):
        return _on_path(leaf.field, fields), []
    reference = find_reference(replace(leaf.records, through="any"), fields)
    inner = reference.fields()
    computed = _on_path(FieldPath(leaf.of, at=leaf.at), inner) if leaf.of else []
    where = [(leaf.records.where, inner)] if leaf.records.where else []
    return [(inner, reference.relation), *computed], where


def _on_path(path: FieldPath, fields: Fields) -> list[tuple[Fields, str]]:
    """The field, and of a related record the one that is read there."""
    column, first = resolve(replace(path, through="any"), fields), fields.find(path.name, at=path.at, through="any")
    there = column.field.name if path.sub else column.shown.field.name if column.shown else ""
    return [(fields, first.name), *([(first.related, there)] if there and first.related else [])]


def _expression(fields: Fields, name: str) -> list[tuple[Rule, Fields]]:
    rule = fields.by_name[name].rule if name in fields.by_name else None
    return [(rule, fields)] if rule else []
