"""The builder of a rule beside its text: each follows the other, and each condition says how many are left after it."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from clusters.builder import form_data
from clusters.builder.conditions import Group, Item, NotShown, clauses_of, group_of, rule_of
from clusters.builder.operators import comes_back, in_words, operators_of, options, shown_values, units
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records import querying
from crm.rules.errors import RuleError
from crm.rules.printing import print_rule
from crm.rules.tree import Rule
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current


@dataclass(frozen=True)
class ShownItem:
    """A condition or group as the form shows it; `left` is how many are left after it, at the top, or for how many it holds."""

    place: str
    group: Group | None = None
    items: list["ShownItem"] = field(default_factory=list)
    definition: FieldDefinition | None = None
    operators: list[tuple[str, str, bool]] = field(default_factory=list)
    options: list[tuple[str, str, bool]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    units: list[tuple[str, str, bool]] = field(default_factory=list)
    operator: str = ""
    left: int | None = None

    @property
    def is_top(self) -> bool:
        return self.place.count(".") == 1

    @property
    def many(self) -> bool:
        return self.operator == "in"


@dataclass(frozen=True)
class RuleBuilder:
    """`text` is the rule; `root` is None where conditions cannot say it. `fields` are offered for new conditions.
    `refusal` is why it cannot be saved.
    """

    entity: str
    text: str
    root: ShownItem | None
    fields: list[FieldDefinition]
    refusal: str = ""


def built(data: QueryDict, entity: str, *, reader: Actor, text: str | None = None) -> RuleBuilder:
    """From what a form sent, after the button that was pressed; `text` where nothing was sent yet.

    The conditions say the rule, unless its text was changed.
    """
    fields = _fields(entity, reader)
    by_name = {known.name: known for known in fields}
    typed = data.get("rule", text or "").strip()
    try:
        if form_data.is_posted(data) and typed == data.get("b-text", "").strip():
            group = form_data.acted(form_data.read_groups(data, by_name), _act(data))
            rule = rule_of(group)
            typed = print_rule(rule) if rule is not None else ""
        else:
            group = group_of(_named(typed, entity, reader)) if typed else Group("all")
            if not all(clause.field in by_name and comes_back(by_name[clause.field], clause) for clause in clauses_of(group)):
                raise NotShown
    except (NotShown, RuleError) as refusal:
        return RuleBuilder(entity, typed, None, fields, "" if isinstance(refusal, NotShown) else str(refusal))
    root = _shown(group, "0", by_name, _left(group, entity, reader))
    return RuleBuilder(entity, typed, root, fields, _unfinished(group, by_name))


def _act(data: QueryDict) -> str:
    """The button; with *add* the field that was picked for the place."""
    act = str(data.get("b-act", ""))
    if act.startswith("add:"):
        place = act.removeprefix("add:")
        return f"add:{place}:{data.get(f'b-new-{place}', '')}"
    return act


def _fields(entity: str, reader: Actor) -> list[FieldDefinition]:
    fields = current.entity(entity).visible_fields
    found = [known for known in fields if known.filterable and may(reader, "read", entity, known.name)]
    return sorted(found, key=lambda known: str(known.label).casefold())


def _named(text: str, entity: str, reader: Actor) -> Rule:
    """With the fields by their names, where labels were written."""
    return querying.checked_rule(text, current.models()[entity], reader=reader)


def _unfinished(group: Group, fields: dict[str, FieldDefinition]) -> str:
    """Why the conditions cannot be saved: one without a value would be left out, and the rule would say something else."""
    missing = next((clause for clause in clauses_of(group) if rule_of(clause) is None), None)
    if missing is None:
        return ""
    return _("Fill in the value of “%(label)s”, or drop the condition.") % {"label": fields[missing.field].label}


def _left(group: Group, entity: str, reader: Actor) -> dict[str, int]:
    """By place: at the top after each item and those before it, deeper of the item alone. One scan for all of them."""
    model, asked = current.models()[entity], {"0": Q()}
    for place, item in enumerate(group.items):
        _ask(item, f"0.{place}", asked, model, reader)
        joined = rule_of(Group(group.join, group.items[: place + 1]))
        if f"0.{place}" in asked and joined is not None and (condition := _condition(joined, model, reader)) is not None:
            asked[f"0.{place}"] = condition
    return querying.counts_where(model.objects.all(), asked)


def _ask(item: Item, place: str, asked: dict[str, Q], model: Any, reader: Actor) -> None:  # Any: a generated class
    rule = rule_of(item)
    if rule is not None and (condition := _condition(rule, model, reader)) is not None:
        asked[place] = condition
    for number, part in enumerate(item.items if isinstance(item, Group) else ()):
        _ask(part, f"{place}.{number}", asked, model, reader)


def _condition(rule: Rule, model: Any, reader: Actor) -> Q | None:  # Any: a generated class
    """None for a condition that is wrong: the rule's text says why."""
    try:
        return querying.condition(querying.checked_rule(print_rule(rule), model, reader=reader), model)
    except RuleError:
        return None


def _shown(item: Item, place: str, fields: dict[str, FieldDefinition], left: dict[str, int]) -> ShownItem:
    if isinstance(item, Group):
        items = [_shown(part, f"{place}.{number}", fields, left) for number, part in enumerate(item.items)]
        return ShownItem(place, item, items, left=left.get(place))
    definition = fields[item.field]
    values = shown_values(definition, item)
    return ShownItem(
        place,
        definition=definition,
        operators=[(name, in_words(name, definition), name == item.operator) for name in operators_of(definition)],
        options=[(value, label, value in item.values) for value, label in options(definition)],
        values=values,
        units=[(unit, label, item.values[1:2] == (unit,)) for unit, label in units()],
        operator=item.operator,
        left=left.get(place),
    )
