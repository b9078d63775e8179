"""The builder of a rule beside its text: each follows the other, and each condition says how many are left after it."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from clusters.builder import form_data
from clusters.builder.conditions import FormClause, Group, Item, NotShown, group_of, rule_of
from clusters.builder.counting import count_items
from clusters.builder.offering import Offer, offered
from clusters.builder.showing import ShownItem, check_shown, show_item
from crm.people.actors import Actor
from crm.records import querying
from crm.rules.errors import RuleError
from crm.rules.printing import print_rule
from crm.rules.tree import Rule
from crm.schema.generated import current


@dataclass(frozen=True)
class RuleBuilder:
    """`text` is the rule; `root` is None where conditions cannot say it. `refusal` is why it cannot be saved."""

    text: str
    root: ShownItem | None
    refusal: str = ""


def built(data: QueryDict, entity: str, *, reader: Actor, text: str | None = None) -> RuleBuilder:
    """From what a form sent, after the button that was pressed; `text` where nothing was sent yet.

    The conditions say the rule, unless its text was changed.
    """
    offer = offered(entity, reader)
    typed = data.get("rule", text or "").strip()
    try:
        if form_data.is_posted(data) and typed == data.get("b-text", "").strip():
            group = form_data.acted(form_data.read_groups(data, offer), _act(data), offer)
            rule = rule_of(group)
            typed = print_rule(rule) if rule is not None else ""
        else:
            group = group_of(_named(typed, entity, reader)) if typed else Group("all")
            check_shown(group, offer)
    except (NotShown, RuleError) as refusal:
        return RuleBuilder(typed, None, "" if isinstance(refusal, NotShown) else str(refusal))
    root = show_item(group, "0", offer, count_items(group, offer, reader))
    return RuleBuilder(typed, root, _refusal(group, offer))


def _act(data: QueryDict) -> str:
    """The button; with *add* the field that was picked for the place."""
    act = str(data.get("b-act", ""))
    if act.startswith("add:"):
        place = act.removeprefix("add:")
        return f"add:{place}:{data.get(f'b-new-{place}', '')}"
    return act


def _named(text: str, entity: str, reader: Actor) -> Rule:
    """With the fields by their names, where labels were written."""
    return querying.checked_rule(text, current.models()[entity], reader=reader)


def _refusal(group: Group, offer: Offer) -> str:
    """Why the conditions cannot be saved: one without a value would be left out, and the rule would say something else."""
    label = _unfinished(group, offer)
    return _("Fill in the value of “%(label)s”, or drop the condition.") % {"label": label} if label else ""


def _unfinished(item: Item, offer: Offer) -> str:
    """The label of the first condition that says nothing yet."""
    if isinstance(item, Group):
        return next(filter(None, (_unfinished(part, offer) for part in item.items)), "")
    if isinstance(item, FormClause):
        return "" if rule_of(item) else offer.fields[item.field].label
    records = offer.records(item.records)
    if records is None:
        return item.records
    return _unfinished(item.where, records.offer()) if rule_of(item) else records.label
