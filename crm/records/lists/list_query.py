"""The parameters of a list's address: those that begin with `_` are the page's, all others name fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

from crm.people.actors import Actor
from crm.records.layouts import Layout
from crm.records.querying import fields_of
from crm.rules.errors import RuleError
from crm.schema.generated.rule_fields import check_expression
from crm.schema.record import Record

CURSORS = ("_after", "_before")
TYPED = "_typed"  # sent by the filter form: what its inputs hold was typed in the person's language
IN, NOT_IN = "_in", "_not_in"  # names of clusters, divided by commas
PICK = "_pick"  # opens the clusters to tick: the place of a condition in force, or a new one
COUNTS = "_counts"  # with how many are in each
MATCH, CLUSTER = "_match", "_cluster"  # what was ticked there; a filter form sends them, no other address has them
TICKED = frozenset({MATCH, CLUSTER})
PASSING = frozenset({TYPED, PICK, COUNTS, "_deleted", *CURSORS})  # no further address has them
PAGE_PARAMETERS = PASSING | {"_form", "_q", "_where", IN, NOT_IN, "_sort", "_change_set"}


@dataclass(frozen=True)
class ListQuery:
    """What a list's address asks for: the values of each parameter, trimmed; an empty one is an untouched input."""

    parameters: Mapping[str, tuple[str, ...]]
    default_rule: str = ""  # in force while the address has none: the form's own
    typed_plus: Mapping[str, tuple[str, ...]] | None = None  # the parameters with each `+` of the address as it is, if it has any

    @classmethod
    def of(cls, query: QueryDict, *, raw: str = "") -> "ListQuery":
        """`raw` is the text of the address after `?`. Forms write a blank as `+`, and people write a `+` as `+`."""
        return cls(_trimmed(query), typed_plus=_with_plus(query, raw) if "+" in raw else None)

    def one(self, name: str) -> str:
        values = self.parameters.get(name, ())
        return values[-1] if values else ""

    @property
    def keyword(self) -> str:
        return self.one("_q")

    @property
    def where(self) -> str:
        return self.one("_where") if "_where" in self.parameters else self.default_rule

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """Return the values by field; a field whose input is empty is named too, so that its name is checked."""
        known = PAGE_PARAMETERS | TICKED if self.is_typed else PAGE_PARAMETERS
        return {name: values for name, values in self.parameters.items() if name not in known}

    @property
    def is_typed(self) -> bool:
        return bool(self.one(TYPED))

    @property
    def everything(self) -> str:
        """Return the address of the list with nothing that narrows it."""
        kept = {name: self.parameters[name] for name in ("_form", "_sort") if self.one(name)}
        return replace(self, parameters=kept).address(_where=None)

    @property
    def narrowing(self) -> str:
        """Return what narrows the list as a text to be read by itself: without order, whatever becomes of the form's own rule."""
        kept = {name: values for name, values in self.parameters.items() if name not in {"_form", "_sort"}}
        return replace(self, parameters=kept, default_rule="").address(_where=self.where or None).removeprefix("?")

    def address(self, **changes: str | Iterable[str] | None) -> str:
        """Return the address with parameters changed or, when None, left out; a changed query begins at the first page."""
        kept = {name: values for name, values in self.parameters.items() if name not in PASSING | TICKED}
        changed = {
            name: () if value is None else (value,) if isinstance(value, str) else tuple(value) for name, value in changes.items()
        }
        query = QueryDict(mutable=True)
        for name, values in (kept | changed).items():
            if values:
                query.setlist(name, list(values))
            elif name == "_where" and self.default_rule:
                query[name] = ""  # without it the default rule would be in force again
        return f"?{query.urlencode()}"


def _trimmed(query: QueryDict) -> dict[str, tuple[str, ...]]:
    return {name: tuple(filter(None, map(str.strip, values))) for name, values in query.lists()}


def _with_plus(query: QueryDict, raw: str) -> dict[str, tuple[str, ...]]:
    """A rule has blanks of its own, so it stays as it is."""
    kept = {name: values for name, values in _trimmed(query).items() if name in PAGE_PARAMETERS - {"_q"}}
    return _trimmed(QueryDict(raw.replace("+", "%2B"))) | kept


def with_default_rule(query: ListQuery, model: type[Record], layout: Layout, *, actor: Actor) -> tuple[ListQuery, str]:
    """Return the query with the form's own rule in it, and the reason if
    that can no longer be answered, as when its field was hidden."""
    if not layout.query:
        return query, ""
    try:
        check_expression(layout.query, fields_of(model, reader=actor, filters_only=True))
    except RuleError as error:
        return query, str(error)
    return replace(query, default_rule=layout.query), ""
