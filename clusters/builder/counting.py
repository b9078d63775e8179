"""How many records are left after each condition of a rule: one scan of each entity for all of them."""

from django.db.models import Q

from clusters.builder.conditions import Group, Item, RelatedClause, parts_of
from clusters.builder.offering import Offer
from clusters.builder.rule_conversion import rule_of
from crm.people.actors import Actor
from crm.records import querying
from crm.rules.errors import RuleError
from crm.rules.printing import print_rule
from crm.rules.tree import Rule
from crm.schema.generated import current

Asked = dict[str, dict[str, Q]]  # by entity, then by place


def count_items(group: Group, offer: Offer, reader: Actor) -> dict[str, int]:
    """By place: at the top after each item and those before it, deeper of the item alone, of the records that it is about."""
    asked: Asked = {offer.entity: {"0": Q()}}
    for number, item in enumerate(group.items):
        _ask(item, f"0.{number}", offer, asked, reader)
        place, joined = f"0.{number}", rule_of(Group(group.join, group.items[: number + 1]))
        if place in asked[offer.entity] and joined and (condition := _condition(joined, offer.entity, reader)) is not None:
            asked[offer.entity][place] = condition
    models = current.models()
    counted = (querying.counts_where(models[entity].objects.all(), conditions) for entity, conditions in asked.items())
    return {place: count for counts in counted for place, count in counts.items()}


def _ask(item: Item, place: str, offer: Offer, asked: Asked, reader: Actor) -> None:
    rule = rule_of(item)
    if rule is not None and (condition := _condition(rule, offer.entity, reader)) is not None:
        asked.setdefault(offer.entity, {})[place] = condition
    inner = offer.records(item.records) if isinstance(item, RelatedClause) else None
    for number, part in enumerate(parts_of(item)):
        _ask(part, f"{place}.{number}", inner.offer() if inner else offer, asked, reader)


def _condition(rule: Rule, entity: str, reader: Actor) -> Q | None:
    """None for a condition that is wrong: the rule's text says why."""
    model = current.models()[entity]
    try:
        return querying.condition(querying.checked_rule(print_rule(rule), model, reader=reader), model)
    except RuleError:
        return None
