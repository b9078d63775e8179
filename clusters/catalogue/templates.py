"""Ten clusters to start from: each opens as a draft. One whose fields are not there says which, and they are made on request."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clusters.catalogue.lookup import drafted_entity
from crm.people.actors import Actor
from crm.people.permissions import require
from crm.records import querying
from crm.rules.errors import RuleError
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing, new_fields
from crm.schema.generated import current
from crm.schema.publishing import publishing
from crm.schema.publishing.tables.waiting import under_publishing_lock

ENTITY = "CL"
BEST = 0.1  # share of those who spent something
ALIKE = {"integer": "decimal", "date": "datetime"}  # kinds of fields that do for each other


@dataclass(frozen=True)
class NeededField:
    name: str
    type: str
    label: Promise
    choices: tuple[str, ...] = ()

    def definition(self) -> FieldDefinition:
        options = {"choices": [{"value": value} for value in self.choices]} if self.choices else {}
        return new_fields.new_definition(self.name, self.type, label=str(self.label), options=options)


SPENT = NeededField("totalSpent", "Currency", _("Total spent"))
LAST_ORDER = NeededField("lastOrderAt", "Date and Time", _("Last order"))
FIRST_ORDER = NeededField("firstOrderAt", "Date and Time", _("First order"))
STATE = NeededField("state", "Varchar 50", _("State"))
TIER = NeededField("tier", "Choice", _("Tier"), ("Bronze", "Silver", "Gold"))


@dataclass(frozen=True)
class ClusterTemplate:
    """`rules` are tried in their order: the first that the fields there allow is taken; the last one has the `needed` fields.

    Without a rule people choose who is in, or, with `tiers`, a field's options do.
    """

    name: str
    icon: str
    label: Promise
    text: Promise
    rules: tuple[str, ...] = ()
    needed: tuple[NeededField, ...] = ()
    tiers: str = ""


TEMPLATES = (
    ClusterTemplate("best", "crown", _("Best customers"), _("The tenth of the customers who spent most."),
                    ("totalSpent>={best}",), (SPENT,)),
    ClusterTemplate("lapsed", "moon-star", _("No order for 180 days"), _("Bought before, not since; the list for “we miss you”."),
                    ("lastOrderAt<now-180d",), (LAST_ORDER,)),
    ClusterTemplate("new", "sprout", _("First order in 30 days"), _("New customers, while they are new."),
                    ("count(OD)>0 AND NOT has(OD where orderedAt<now-30d)", "firstOrderAt>now-30d"), (FIRST_ORDER,)),
    ClusterTemplate("birthday", "cake", _("Birthday this month"), _("Those who were born in this month of any year."),
                    ("anniversary(birthDate) between month start and month end", "birthDateMonth={month}")),
    ClusterTemplate("readers", "mail", _("Newsletter readers"), _("Said yes to the newsletter and have an e-mail."),
                    ("isNewsletterOptIn=true AND email is not null",)),
    ClusterTemplate("state", "map-pin", _("From one state"), _("Has an address in the state that you choose."),
                    ("has(AD where state=SP)", "state=SP"), (STATE,)),
    ClusterTemplate("dealers", "store", _("Dealers"), _("Companies that resell; filled by hand or from a worksheet.")),
    ClusterTemplate("employees", "id-card", _("Employees"), _("By hand; promotions can leave them out.")),
    ClusterTemplate("tiers", "layers", _("Tiers"), _("One field, a cluster for each option; everybody is in one at most."),
                    needed=(TIER,), tiers="tier"),
    ClusterTemplate("incomplete", "phone-off", _("Data to complete"), _("No phone, no document or no date of birth."),
                    ("cellPhone is null OR document is null OR birthDate is null",)),
)  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """A template as it could be used today: `missing` fields are needed first; `members` would be in, None if people choose."""

    template: ClusterTemplate
    rule: str
    missing: list[NeededField] = field(default_factory=list)
    members: int | None = None


def proposals(*, reader: Actor) -> list[Proposal]:
    """All that fit the fields there, with who would be in today: not one that needs as an amount what is a text here."""
    proposed = [one for one in (_proposal(template, reader=reader) for template in TEMPLATES) if _is_usable(one)]
    conditions = {one.rule: _condition(one.rule, reader=reader) for one in proposed if one.rule}
    counted = querying.counts_where(current.models()[ENTITY].objects.all(), conditions)
    return [Proposal(one.template, one.rule, one.missing, counted.get(one.rule)) for one in proposed]


def make_fields(template: ClusterTemplate, *, by: Actor) -> list[str]:
    """Makes the fields that it misses, published by themselves, and returns their names.

    Raises PermissionDenied, UnpublishableSchema.
    """
    require(by, "schema", ENTITY)

    def make() -> list[str]:
        missing = _missing(template)
        for needed in missing:
            editing.draft_field(drafted_entity(ENTITY), needed.definition())
        if missing:
            publishing.publish_entity(ENTITY, {needed.name for needed in missing}, by=by)
        return [needed.name for needed in missing]

    return under_publishing_lock(make)


def _proposal(template: ClusterTemplate, *, reader: Actor) -> Proposal:
    rule = next(_answerable(template.rules, reader=reader), "") if all(map(_fits, template.needed)) else ""
    return Proposal(template, rule, [] if rule else _missing(template))


def _is_usable(proposed: Proposal) -> bool:
    template = proposed.template
    return all(map(_fits, template.needed)) and bool(proposed.rule or proposed.missing or not template.rules)


def _fits(needed: NeededField) -> bool:
    there = current.entity(ENTITY).field(needed.name)
    return there is None or _compared_as(there.type) == _compared_as(needed.type)


def _compared_as(type_name: str) -> str:
    kind = fieldtypes.get(type_name).kind
    return ALIKE.get(kind, kind)


def _answerable(rules: Sequence[str], *, reader: Actor) -> Iterator[str]:
    """Those of the rules that the reader may ask and the fields there allow, with today's numbers."""
    model = current.models()[ENTITY]
    for text in rules:
        try:
            querying.checked_rule(text.format(best="1", month=timezone.localdate().month), model, reader=reader)
        except RuleError:
            continue
        yield text.format(best=_best() if "{best}" in text else "", month=timezone.localdate().month)


def _missing(template: ClusterTemplate) -> list[NeededField]:
    entity = current.entity(ENTITY)
    return [needed for needed in template.needed if entity.field(needed.name) is None]


def _best() -> str:
    """What the least of the best tenth has spent, as a rule writes it."""
    spent = current.models()[ENTITY].objects.filter(totalSpent__gt=0).order_by("-totalSpent").values_list("totalSpent", flat=True)
    place = int(spent.count() * BEST)
    least = next(iter(spent[max(place - 1, 0) :][:1]), None)
    return f"{least.normalize():f}" if least is not None else "1000"


def _condition(rule: str, *, reader: Actor) -> Q:
    model = current.models()[ENTITY]
    return querying.condition(querying.checked_rule(rule, model, reader=reader), model)
