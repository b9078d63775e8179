"""What somebody who writes a rule may not have meant: a field that is mostly empty, a value that no record has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from django.db.models import Count
from django.utils.translation import gettext as _

from clusters.builder.frequent import frequent_texts
from clusters.builder.offering import Offer, OfferedField, kind_of, offered
from clusters.builder.operators import options
from crm.people.actors import Actor
from crm.records import querying
from crm.rules.folding import fold
from crm.rules.tree import Comparison, FieldPath, InList, LiteralValue, NullCheck, RelatedTest, Rule, leaves, literals
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.schema.record import Record

MOSTLY = 0.5  # the share from which a field is mostly empty
MOST_VALUES = 20  # looked for, all in one scan; who pastes a long list is not in doubt about one of them
FREQUENT = 500  # values among which one that is meant is looked for
CLOSE = 0.6
NAMED_KINDS = {"text", "choice"}


@dataclass(frozen=True)
class NamedField:
    """A field that a rule compares, of which records, and the values that it names."""

    field: OfferedField
    records: str
    values: tuple[str, ...]


def lint_rule(rule: Rule, entity: str, *, reader: Actor) -> list[str]:
    """Sentences about a rule that is valid, by the records that there are: a scan of each entity for each kind of doubt."""
    named = list(_named(rule, offered(entity, reader)))
    entities = dict.fromkeys(each.field.entity for each in named)
    of = {acronym: [each for each in named if each.field.entity == acronym] for acronym in entities}
    return [text for each in of.values() for text in (*_unknown_values(each), *_mostly_empty(each))]


def _named(rule: Rule, offer: Offer) -> Iterator[NamedField]:
    for leaf in leaves(rule):
        if isinstance(leaf, RelatedTest):
            yield from _named_of_related(leaf, offer)
        elif not isinstance(leaf, NullCheck) and (field := offer.fields.get(str(leaf.field))):
            yield NamedField(field, _name_of(field.entity), _values(leaf, field))


def _named_of_related(test: RelatedTest, offer: Offer) -> Iterator[NamedField]:
    records = offer.records(" by ".join(filter(None, (test.records.entity, test.records.by))))
    if records is None:
        return
    inner = records.offer()
    if test.of in inner.fields:
        yield NamedField(inner.fields[test.of], inner.name, ())
    if test.records.where is not None:
        yield from _named(test.records.where, inner)


def _values(term: Comparison | InList | object, field: OfferedField) -> tuple[str, ...]:
    is_exact = isinstance(term, InList) or (isinstance(term, Comparison) and term.operator in {"=", "<>"})
    if not is_exact or kind_of(field.definition) not in NAMED_KINDS:
        return ()
    return tuple(value.text for value in literals(term) if not value.has_wildcard)  # type: ignore[arg-type]  # one of both


def _name_of(acronym: str) -> str:
    return str(current.entity(acronym).name)


def _mostly_empty(named: Sequence[NamedField]) -> Iterator[str]:
    by_name = {each.field.definition.name: each for each in named if each.field.definition.column}
    if not by_name:
        return
    counted = {f"crm_{at}": Count(name) for at, name in enumerate(by_name)}
    numbers = current.models()[named[0].field.entity].objects.aggregate(crm_total=Count("pk"), **counted)
    for at, each in enumerate(by_name.values()):
        empty = numbers["crm_total"] - numbers[f"crm_{at}"]
        if numbers["crm_total"] and empty > MOSTLY * numbers["crm_total"]:
            percent = min(round(100 * empty / numbers["crm_total"]), 99) if numbers[f"crm_{at}"] else 100
            words = {"field": each.field.label, "percent": percent, "entity": each.records}
            yield _("“%(field)s” is empty for %(percent)s %% of the %(entity)s.") % words


def _unknown_values(named: Sequence[NamedField]) -> Iterator[str]:
    model = current.models()[named[0].field.entity]
    once = {(each.field.key, value): (each, value) for each in named for value in each.values}
    values = list(once.values())[:MOST_VALUES]
    conditions = {str(at): querying.condition(_is(each.field, value), model) for at, (each, value) in enumerate(values)}
    found = querying.counts_where(model.objects.all(), conditions)
    unknown = [named_value for at, named_value in enumerate(values) if found[str(at)] == 0]
    known = _known_values(model, [each.field.definition for each, _value in unknown])
    for each, value in unknown:
        yield _none_has(each, value, _nearest(known[each.field.definition.name], value))


def _is(field: OfferedField, value: str) -> Rule:
    return Comparison(FieldPath(field.definition.name), "=", LiteralValue((value,)))


def _none_has(named: NamedField, value: str, near: str) -> str:
    words = {"entity": named.records, "field": named.field.label, "value": value, "near": near}
    if near:
        return _("None of the %(entity)s has “%(value)s” as %(field)s. Did you mean “%(near)s”?") % words
    return _("None of the %(entity)s has “%(value)s” as %(field)s.") % words


def _nearest(known: Sequence[str], value: str) -> str:
    """The one that is written most alike, without regard to case, accents and blanks."""
    others: dict[str, str] = {}
    for text in known:
        if fold(text) != fold(value):
            others.setdefault(_bare(text), text)
    close = [_bare(value)] if _bare(value) in others else get_close_matches(_bare(value), others, n=1, cutoff=CLOSE)
    return others[close[0]] if close else ""


def _bare(text: str) -> str:
    return " ".join(fold(text).split())


def _known_values(model: type[Record], fields: Sequence[FieldDefinition]) -> dict[str, list[str]]:
    """By the name of the field its options, or else its frequent values. Of a field that is unique no value is frequent."""
    known = {field.name: [text for option in options(field) for text in option] for field in fields}
    open_ones = [field.name for field in fields if not known[field.name] and not field.unique]
    return known | frequent_texts(model.objects.all(), list(dict.fromkeys(open_ones)), most=FREQUENT)
