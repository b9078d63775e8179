"""Conditions as their form shows them: each with its operators, options and values, and how many are left after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.forms.utils import flatatt
from django.utils.translation import gettext as _

from clusters.builder.conditions import TWO_VALUES, WITHOUT_TEST, FormClause, Group, Item, Join, NotShown, RelatedClause
from clusters.builder.offering import DAYS, Offer, OfferedField, OfferedRecords, kind_of, measured
from clusters.builder.operators import check_comes_back, functions_of, in_words, operators_of, options, shown_values, units
from crm.schema import fieldtypes

DAY = fieldtypes.get("Date")
RELATIVE_DAYS = "relative-days"  # the list of suggestions
Choice = tuple[str, str, bool]  # value, words, is chosen


@dataclass(frozen=True)
class FrequentValue:
    """A value that `count` records have."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class ShownValues:
    """A field, or what is computed, with the operator and the values that it is compared by."""

    compared: OfferedField
    operators: list[Choice]
    options: list[Choice]
    values: list[str]
    units: list[Choice]
    operator: str
    frequent: list[FrequentValue] = field(default_factory=list)
    quartiles: list[str] = field(default_factory=list)

    @property
    def others(self) -> list[str]:
        """The values that are not among the frequent ones."""
        frequent = {each.value for each in self.frequent}
        return [value for value in self.values if value not in frequent]

    @property
    def many(self) -> bool:
        return self.operator == "in"

    @property
    def has_two(self) -> bool:
        return self.operator in TWO_VALUES

    @property
    def attributes(self) -> str:
        """Of the inputs of a day: a calendar beside them, and days that move on. A day stands for all its moments."""
        if kind_of(self.compared.definition) not in DAYS:
            return ""
        calendar = {name: value for name, value in DAY.widget(self.compared.definition).attrs.items() if name != "inputmode"}
        return flatatt({**calendar, "list": RELATIVE_DAYS})


@dataclass(frozen=True)
class ShownItem:
    """A group with its items, a condition, or one on related records, whose group chooses among them.

    `left` is how many are left after it, at the top, or for how many it holds; `change` how many more or fewer than before it,
    `percent` the share of all. `joiner` joins it to the item before. `offer` is what its items may be about.
    """

    place: str
    left: int | None
    offer: Offer
    clause: ShownValues | None = None
    group: Group | None = None
    items: list["ShownItem"] = field(default_factory=list)
    records: OfferedRecords | None = None
    functions: list[Choice] = field(default_factory=list)
    measures: list[Choice] = field(default_factory=list)
    joiner: str = ""
    change: int | None = None
    percent: float = 0.0

    @property
    def is_top(self) -> bool:
        return self.place.count(".") == 1

    @property
    def fewer(self) -> int:
        return -(self.change or 0)

    def all_items(self) -> Iterator["ShownItem"]:
        yield self
        for item in self.items:
            yield from item.all_items()


def show_item(item: Item, place: str, offer: Offer, left: Mapping[str, int]) -> ShownItem:
    if isinstance(item, Group):
        items = [show_item(part, f"{place}.{number}", offer, left) for number, part in enumerate(item.items)]
        return ShownItem(place, left.get(place), offer, group=item, items=_joined(items, item.join))
    if isinstance(item, RelatedClause):
        return _show_related(item, place, offer, left)
    return ShownItem(place, left.get(place), offer, _show_values(offer.fields[item.field], item))


def with_steps(root: ShownItem) -> ShownItem:
    """With what each item at the top changes: of all to begin with, none where any suffices."""
    total, items = root.left, []
    before = 0 if root.group and root.group.join == "any" else total
    for item in root.items:
        known = item.left is not None and before is not None
        percent = 100 * item.left / total if item.left is not None and total else 0.0
        items.append(replace(item, change=item.left - before if known else None, percent=percent))  # type: ignore[operator]
        before = item.left if item.left is not None else before
    return replace(root, items=items)


def _joined(items: list[ShownItem], join: Join) -> list[ShownItem]:
    """Each with the word before it, as the text has it."""
    first, word = {"all": ("", "AND"), "any": ("", "OR"), "none": ("NOT", "NOR")}[join]
    return [replace(item, joiner=word if number else first) for number, item in enumerate(items)]


def check_shown(item: Item, offer: Offer) -> None:
    """Raises NotShown for what the form would not send back as it is, or the reader may not ask."""
    if isinstance(item, Group):
        for part in item.items:
            check_shown(part, offer)
    elif isinstance(item, RelatedClause):
        _check_related(item, offer)
    elif item.field not in offer.fields:
        raise NotShown(_("The form has no condition about “%s”.") % item.field)
    else:
        check_comes_back(offer.fields[item.field], item)


def _check_related(clause: RelatedClause, offer: Offer) -> None:
    records = offer.records(clause.records)
    if records is None or clause.function not in dict(functions_of(records)):
        raise NotShown(_("The form has no condition about “%s”.") % clause.records)
    inner = records.offer()
    if clause.test is not None:
        of = next((each for each in inner.computable(clause.function) if each.key == clause.of), None)
        compared = measured(clause.function, of)
        if compared is None:
            raise NotShown(_("The form has no condition about “%s”.") % clause.of)
        check_comes_back(compared, clause.test)
    check_shown(clause.where, inner)


def _show_related(clause: RelatedClause, place: str, offer: Offer, left: Mapping[str, int]) -> ShownItem:
    records = offer.records(clause.records)
    assert records is not None  # read from a form, or checked  # noqa: S101
    inner = records.offer()
    where = show_item(clause.where, place, inner, {key: count for key, count in left.items() if key != place})
    measures = inner.computable(clause.function)
    compared = measured(clause.function, next((each for each in measures if each.key == clause.of), None))
    test = clause.test or FormClause(clause.function, operators_of(compared)[0] if compared else "")
    return ShownItem(
        place,
        left.get(place),
        inner,
        _show_values(compared, test) if compared and clause.function not in WITHOUT_TEST else None,
        clause.where,
        where.items,
        replace(records, key=clause.records),
        [(name, words, name == clause.function) for name, words in functions_of(records)],
        [(each.key, each.label, each.key == clause.of) for each in measures],
    )


def _show_values(compared: OfferedField, clause: FormClause) -> ShownValues:
    definition = compared.definition
    return ShownValues(
        compared,
        [(name, in_words(name, definition), name == clause.operator) for name in operators_of(compared)],
        [(value, label, value in clause.values) for value, label in options(definition)],
        shown_values(definition, clause),
        [(unit, label, clause.values[1:2] == (unit,)) for unit, label in units()],
        clause.operator,
    )
