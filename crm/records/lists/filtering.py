"""The address of a list as one rule: its `_where`, a comparison for each filter, and the keyword."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.extensions import ListedCluster
from crm.people.actors import Actor
from crm.people.permissions import may
from crm.records.errors import BadQuery
from crm.records.lists.cluster_filter import address_without, conditions_of, in_words, rule_of
from crm.records.lists.list_query import PICK, ListQuery
from crm.records.querying import fields_of, rule_context, writing_context
from crm.rules.binding import bind
from crm.rules.compiling import compile_rule, to_q
from crm.rules.errors import RuleError
from crm.rules.parsing import literal, parse
from crm.rules.printing import print_rule
from crm.rules.resolving import Fields, RuleField
from crm.rules.tree import AllOf, AnyOf, Comparison, FieldPath, LiteralValue, NullCheck, Operator, Rule
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.generated.related import shown_field
from crm.schema.record import Record

LONGEST = 200  # characters of a keyword
LONGEST_VALUE = 1_000  # of a filter: a whole value of a Varchar 750, and its signs
MOST_WORDS = 8  # of a keyword: each is a condition on every searchable field
EMPTY = "[null]"  # as in worksheets: nothing there
COMPARING: dict[str, Operator] = {"<>": "<>", "!=": "<>", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}


@dataclass(frozen=True)
class Part:
    """One condition of the address: its rule, its parameter, and the address without it."""

    parameter: str
    rule: Rule
    text: str
    without: str
    is_stored: bool = False  # the form's own or a cluster's, not typed by anybody
    change: str = ""  # the address that opens it to be changed, where there is one


def parts_of(query: ListQuery, fields: Fields, clusters: Sequence[ListedCluster] = ()) -> list[Part]:
    """Return the conditions that all have to hold, as the page shows them; `clusters` may be asked for. Raises BadQuery."""
    return [*_filter_parts(query, fields), *_cluster_parts(query, clusters), *_where_parts(query)]


def whole_rule(parts: Iterable[Part]) -> Rule | None:
    """Return the rule of all parts together."""
    values: dict[str, list[Rule]] = {}
    for place, part in enumerate(parts):
        # Several values of one filter are alternatives; what the page's own parameters say all has to hold.
        values.setdefault(part.parameter if part.parameter[0] != "_" else f"_{place}", []).append(part.rule)
    rules = [each[0] if len(each) == 1 else AnyOf(tuple(each)) for each in values.values()]
    return _every(rules) if rules else None


def rule_text(parts: Iterable[Part]) -> str:
    """Return the rule of all parts as one text; empty when there are none."""
    rule = whole_rule(parts)
    return print_rule(rule) if rule else ""


def condition_of(parts: Sequence[Part], model: type[Record], fields: Fields) -> Q:
    """Raises BadQuery, which names the parameter at fault."""
    rule, now = whole_rule(parts), rule_context()
    for part in parts:
        try:
            compile_rule(part.rule, fields, now if part.is_stored else writing_context(model))
        except RuleError as refusal:
            reason = str(refusal) if part.parameter == "_where" else f"{part.parameter}: {refusal.reason}"
            raise BadQuery(reason, parameter=part.parameter) from refusal
    try:
        return compile_rule(rule, fields, now) if rule else Q()
    except RuleError as refusal:  # each part may be within the limits that all of them pass together
        raise BadQuery(str(refusal.reason)) from refusal


def keyword_condition(model: type[Record], readable: Iterable[FieldDefinition], text: str, *, reader: Actor | None = None) -> Q:
    """Every word in any of the searchable fields, without case and accents; of other records in what is shown of them (R-32).

    Only in what the reader may read there, if one is given. Raises BadQuery.
    """
    _check_text(text)
    paths = [path for field in readable if field.searchable and field.column and (path := _search_path(field, reader))]
    if not paths:
        raise BadQuery(_("%(entity)s has no searchable fields.") % {"entity": model.entity.name})
    words = [_anywhere(paths, word) for word in text.split()[:MOST_WORDS]]
    return to_q(bind(_every(words), fields_of(model), rule_context()))


def _filter_parts(query: ListQuery, fields: Fields) -> Iterator[Part]:
    for name, values in query.filters.items():
        field = _known(name, fields)
        for value in values:
            others = [other for other in values if other != value]
            yield Part(name, _comparison(field, value), value, query.address(**{name: others}))


def _cluster_parts(query: ListQuery, clusters: Sequence[ListedCluster]) -> Iterator[Part]:
    for place, condition in enumerate(conditions_of(query)):
        rule, words = rule_of(condition, clusters), in_words(condition, clusters)
        without, change = address_without(query, condition), query.address(**{PICK: str(place)})
        yield Part(condition.parameter, rule, words, without, is_stored=True, change=change)


def _where_parts(query: ListQuery) -> Iterator[Part]:
    if not query.where:
        return
    try:
        rule = parse(query.where)
    except RuleError as refusal:
        raise BadQuery(str(refusal), parameter="_where") from refusal
    rules = rule.rules if isinstance(rule, AllOf) else (rule,)
    for place, part in enumerate(rules):
        rest = rules[:place] + rules[place + 1 :]
        without = query.address(_where=print_rule(_every(rest)) if rest else None)
        yield Part("_where", part, print_rule(part), without, is_stored="_where" not in query.parameters)


def _known(name: str, fields: Fields) -> RuleField:
    """Parameters are named exactly as their fields."""
    field = fields.by_name.get(name)
    if field is None or not field.readable or not field.filterable:
        raise BadQuery(_("The list cannot be filtered by “%(name)s”.") % {"name": name[:60].replace("\0", "")})
    return field


def _comparison(field: RuleField, value: str) -> Rule:
    """What follows the operator is a value as it is, without quotes."""
    _check_text(value, LONGEST_VALUE)
    path, (written, text) = FieldPath(field.name), operator_apart(value)
    operator = COMPARING.get(written, "=")
    if text == EMPTY and operator in {"=", "<>"}:
        return NullCheck(path, present=operator == "<>")
    try:
        return Comparison(path, operator, literal(text))
    except RuleError as refusal:
        raise BadQuery(f"{field.name}: {refusal.reason}", parameter=field.name) from refusal


def operator_apart(text: str) -> tuple[str, str]:
    """Return the sign that a filter's text begins with, which may be none, and its value."""
    written = next((each for each in COMPARING if text.startswith(each)), "")
    return written, text.removeprefix(written).strip()


def _check_text(text: str, longest: int = LONGEST) -> None:
    if len(text) > longest or "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadQuery(_("“%(text)s…” is not something to search for.") % {"text": text[:30].replace("\0", "")})


def _every(rules: Sequence[Rule]) -> Rule:
    return rules[0] if len(rules) == 1 else AllOf(tuple(rules))


def _anywhere(paths: list[FieldPath], word: str) -> Rule:
    """In one of the texts, or as the whole id."""
    found = (Comparison(path, "contains", LiteralValue((word,))) for path in paths)
    return AnyOf((*found, Comparison(FieldPath("id"), "=", LiteralValue((word,)))))


def _search_path(field: FieldDefinition, reader: Actor | None) -> FieldPath | None:
    """Where a keyword is searched: in a text, or in the searchable text that is shown of another record."""
    if _is_textual(field):
        return FieldPath(field.name)
    shown = shown_field(field) if fieldtypes.is_relation(field) else None
    if shown is None or not (shown.searchable and _is_textual(shown)):
        return None
    is_hidden = reader is not None and not may(reader, "read", field.options["entity"], shown.name)
    return None if is_hidden else FieldPath(field.name, shown.name)


def _is_textual(field: FieldDefinition) -> bool:
    return fieldtypes.get(field.type).is_textual
