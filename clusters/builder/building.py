"""The builder of a rule beside its text: each follows the other, and each condition says how many are left after it."""

from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from clusters.builder import form_data
from clusters.builder.acting import Act, act_of, acted, focus_after, offer_at
from clusters.builder.conditions import AGES, FormClause, Group, Item, NotShown
from clusters.builder.counting import count_items
from clusters.builder.estimating import Numbers
from clusters.builder.offering import Offer, offered
from clusters.builder.operators import relative_days
from clusters.builder.rule_conversion import group_of, rule_of
from clusters.builder.showing import ShownItem, check_shown, show_item, with_steps
from clusters.builder.suggesting import with_suggestions
from crm.people.actors import Actor
from crm.records import querying
from crm.rules.errors import RuleError
from crm.rules.printing import print_rule
from crm.rules.tree import Rule
from crm.schema.generated import current

SHOWN = 12  # fields in a question
EXACT = "exact"  # asks for exact numbers of very many records too, which is waited for


@dataclass(frozen=True)
class FieldQuestion:
    """Which field somebody means who typed this, at a place: the keys and names of those that it may be."""

    place: str
    typed: str
    choices: list[tuple[str, str]]
    more: int = 0  # that are not among them


@dataclass(frozen=True)
class RuleBuilder:
    """`text` is the rule; `root` is None where conditions cannot say it, for the `reason`. `refusal` is why it cannot be saved,
    and `is_large` that there are more conditions than a form holds. `focus` is the place where one goes on. `sampled` is of how
    many records the numbers are estimated, 0 where they are exact.
    """

    text: str
    root: ShownItem | None
    refusal: str = ""
    is_large: bool = False
    question: FieldQuestion | None = None
    focus: str = ""
    reason: str = ""
    sampled: int = 0

    @property
    def offers(self) -> list[Offer]:
        """What conditions may be about, once each entity."""
        return list({item.offer.entity: item.offer for item in (self.root.all_items() if self.root else ())}.values())

    @property
    def relative_days(self) -> list[tuple[str, str]]:
        return relative_days()


def built(data: QueryDict, entity: str, *, reader: Actor, text: str | None = None) -> RuleBuilder:
    """From what a form sent, after the button that was pressed; `text` where nothing was sent yet.

    The conditions say the rule, unless its text was changed.
    """
    offer = offered(entity, reader)
    typed = data.get("rule", text or "").strip()
    try:
        if form_data.is_posted(data) and typed == data.get("b-text", "").strip():
            return _from_conditions(data, offer, reader)
        group = group_of(_named(typed, entity, reader)) if typed else Group("all")
        check_shown(group, offer)
        if form_data.is_too_large(group):
            raise NotShown(form_data.too_large())
    except NotShown as reason:
        return RuleBuilder(typed, None, reason=str(reason))
    except RuleError as refusal:
        return RuleBuilder(typed, None, str(refusal))
    numbers = count_items(group, offer, reader, exact=EXACT in data)
    root = with_steps(show_item(group, "0", offer, numbers.counts))
    return RuleBuilder(typed, with_suggestions(root), sampled=numbers.sampled)


def _from_conditions(data: QueryDict, offer: Offer, reader: Actor) -> RuleBuilder:
    """Nothing that was sent is lost, whatever is wrong with it. Raises RuleError for what no form of ours sends."""
    before, act = form_data.read_groups(data, offer), act_of(data)
    act, question = _which_field(before, act, offer)
    after = acted(before, act, offer)
    is_large = form_data.is_too_large(after)
    group = before if is_large and act.what in {"add", "group"} else after
    rule = rule_of(group)
    numbers = Numbers({}) if form_data.is_too_large(group) else count_items(group, offer, reader, exact=EXACT in data)
    return RuleBuilder(
        print_rule(rule) if rule is not None else "",
        with_suggestions(with_steps(show_item(group, "0", offer, numbers.counts))),
        form_data.too_large() if is_large else _refusal(group, offer),
        is_large,
        question,
        focus_after(group, act),
        sampled=numbers.sampled,
    )


def _which_field(group: Group, act: Act, offer: Offer) -> tuple[Act, FieldQuestion | None]:
    """The act with the key of the field that was named, or a question where the name fits none or several."""
    if act.what != "add":
        return act, None
    there = offer_at(group, act.path, offer)
    found = there.found(act.key)
    if len(found) == 1:
        return replace(act, key=found[0]), None
    choices = [(key, there.names[key]) for key in found[:SHOWN]]
    return replace(act, what=""), FieldQuestion(act.place, act.key, choices, len(found) - len(choices))


def _named(text: str, entity: str, reader: Actor) -> Rule:
    """With the fields by their names, where labels were written."""
    return querying.checked_rule(text, current.models()[entity], reader=reader)


def _refusal(item: Item, offer: Offer) -> str:
    """Why the conditions cannot be saved: one without a value would be left out, and the rule would say something else."""
    if isinstance(item, Group):
        return next(filter(None, (_refusal(part, offer) for part in item.items)), "")
    if isinstance(item, FormClause):
        return "" if rule_of(item) else _ask_for_value(offer.fields[item.field].label, item)
    records = offer.records(item.records)
    label = records.label if records else item.records
    if records is None or not rule_of(item):
        return _ask_for_value(label, item.test)
    return _refusal(item.where, records.offer())


def _ask_for_value(label: str, clause: FormClause | None) -> str:
    if clause and clause.operator in AGES and any(clause.values):
        return _("Choose days, weeks or months for “%(label)s”.") % {"label": label}
    return _("Fill in the value of “%(label)s”, or drop the condition.") % {"label": label}
