"""The parameters of a list's address: those that begin with `_` are the page's, all others name fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

CURSORS = ("_after", "_before")
PAGE_PARAMETERS = frozenset({"_form", "_q", "_where", "_sort", "_deleted", *CURSORS})


@dataclass(frozen=True)
class Asked:
    """Each parameter's values, trimmed; an empty one is a form's untouched box."""

    parameters: Mapping[str, tuple[str, ...]]
    usual: str = ""  # the rule in force while the address says none: the form's own query

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        trimmed = {name: tuple(filter(None, map(str.strip, values))) for name, values in query.lists()}
        return cls(trimmed)

    def one(self, name: str) -> str:
        values = self.parameters.get(name, ())
        return values[-1] if values else ""

    @property
    def keyword(self) -> str:
        return self.one("_q")

    @property
    def where(self) -> str:
        return self.one("_where") if "_where" in self.parameters else self.usual

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The values asked for by field; a field whose box is empty is named too, for it may not be one."""
        return {name: values for name, values in self.parameters.items() if name not in PAGE_PARAMETERS}

    @property
    def everything(self) -> str:
        """The address of the list with nothing that narrows it."""
        kept = {name: self.parameters[name] for name in ("_form", "_sort") if self.one(name)}
        return replace(self, parameters=kept).address(_where=None)

    def address(self, **changes: str | Iterable[str] | None) -> str:
        """The address with parameters changed or, when None, left out; a new question begins at the first page."""
        kept = {name: values for name, values in self.parameters.items() if name not in {*CURSORS, "_deleted"}}
        changed = {
            name: () if value is None else (value,) if isinstance(value, str) else tuple(value) for name, value in changes.items()
        }
        query = QueryDict(mutable=True)
        for name, values in (kept | changed).items():
            if values:
                query.setlist(name, list(values))
            elif name == "_where" and self.usual:
                query[name] = ""  # without it the form's own query would be in force again
        return f"?{query.urlencode()}"
