"""The buttons of the form: conditions and groups are added and dropped, each at its place."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.http import QueryDict

from clusters.builder.conditions import FormClause, Group, Item, RelatedClause, parts_of
from clusters.builder.form_data import PLACE, in_order, picked
from clusters.builder.offering import Offer
from clusters.builder.operators import operators_of


@dataclass(frozen=True)
class Act:
    """A button: `add:0.1:state` adds a condition at a place, `group:0` a group, `drop:0.2` takes an item out."""

    what: str
    path: tuple[int, ...] = ()
    key: str = ""  # of the field, or the name of one that somebody typed

    @property
    def place(self) -> str:
        return ".".join(map(str, (0, *self.path)))


def act_of(data: QueryDict) -> Act:
    """The button that was pressed; where Enter was, the one beside the field that was named."""
    typed = picked(data)
    pressed = str(data.get("b-act") or next((f"add:{place}" for place in typed), ""))
    what, _colon, rest = pressed.partition(":")
    place, _colon, key = rest.partition(":")
    if not PLACE.fullmatch(place):
        return Act("show" if what == "show" else "")
    return Act(what, tuple(in_order(place)[1:]), key or typed.get(place, ""))


def acted(group: Group, act: Act, offer: Offer) -> Group:
    """After the button; *add* needs the key of what is offered there."""
    if act.what == "drop" and act.path:
        return _changed(group, act.path[:-1], offer, lambda owner, _offer: owner.replaced(act.path[-1], None))
    if act.what == "group":
        return _changed(group, act.path, offer, lambda owner, _offer: _extended(owner, Group("any")))
    if act.what == "add":
        return _changed(group, act.path, offer, lambda owner, inner: _extended(owner, _new_item(act.key, inner)))
    return group


def focus_after(group: Group, act: Act) -> str:
    """The place where one goes on after the act: what was added, where more can be added, or the button that was pressed."""
    if act.what not in {"add", "group", "drop"}:
        return act.what
    if act.what == "drop":
        return ".".join(map(str, (0, *act.path[:-1])))
    items = group.items
    for number in act.path:
        items = parts_of(items[number]) if number < len(items) else ()
    return f"{act.place}.{len(items) - 1}" if items else ""


def offer_at(group: Group, path: tuple[int, ...], offer: Offer) -> Offer:
    """What conditions at the place may be about."""
    if not path:
        return offer
    item = group.items[path[0]] if path[0] < len(group.items) else None
    records = offer.records(item.records) if isinstance(item, RelatedClause) else None
    inside = item.where if isinstance(item, RelatedClause) else item
    return offer_at(inside, path[1:], records.offer() if records else offer) if isinstance(inside, Group) else offer


def _new_item(key: str, offer: Offer) -> Item | None:
    if field := offer.fields.get(key):
        return FormClause(key, operators_of(field)[0])
    return RelatedClause(key) if offer.records(key) else None


def _extended(group: Group, item: Item | None) -> Group:
    return replace(group, items=(*group.items, item)) if item else group


def _changed(group: Group, path: tuple[int, ...], offer: Offer, change: Callable[[Group, Offer], Group]) -> Group:
    """With the group at the path changed; as it was where none stands there."""
    if not path:
        return change(group, offer)
    first, rest = path[0], path[1:]
    item = group.items[first] if first < len(group.items) else None
    if isinstance(item, Group):
        return group.replaced(first, _changed(item, rest, offer, change))
    if isinstance(item, RelatedClause) and (records := offer.records(item.records)):
        return group.replaced(first, replace(item, where=_changed(item.where, rest, records.offer(), change)))
    return group
