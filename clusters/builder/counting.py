"""How many records are left after each condition of a rule: one scan of each entity for all of them."""

from django.db.models import Q

from clusters.builder.conditions import Group, Item, RelatedClause, parts_of
from clusters.builder.estimating import Numbers, count_or_estimate
from clusters.builder.offering import Offer
from clusters.builder.rule_conversion import rule_of
from crm.people.actors import Actor
from crm.records import querying
from crm.rules.errors import RuleError
from crm.rules.printing import print_rule
from crm.rules.tree import Rule
from crm.schema.generated import current

Asked = dict[str, dict[str, Q]]  # by entity, then by place


def count_items(group: Group, offer: Offer, reader: Actor, *, exact: bool) -> Numbers:
    """By place: at the top after each item and those before it, deeper of the item alone, of the records that it is about. Of
    very many records an estimate, unless it shall be `exact`.
    """
    asked: Asked = {offer.entity: {"0": Q()}}
    for number, item in enumerate(group.items):
        _ask(item, f"0.{number}", offer, asked, reader)
        place, joined = f"0.{number}", rule_of(Group(group.join, group.items[: number + 1]))
        if place in asked[offer.entity] and joined and (condition := _condition(joined, offer.entity, reader)) is not None:
            asked[offer.entity][place] = condition
    models = current.models()
    counted = [count_or_estimate(models[entity], conditions, exact=exact) for entity, conditions in asked.items()]
    counts = {place: count for each in counted for place, count in each.counts.items()}
    return Numbers(counts, max(each.sampled for each in counted))


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
