"""Conditions that compare folded texts, each column folded once a record: folding costs ten times what comparing does.

Databases compute an expression anew wherever it stands, as often as twenty clusters ask for a field. Here the table of the query
gives the folded texts as columns of its own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, F, Lookup, Q, QuerySet, TextField
from django.db.models.expressions import Func
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import BaseTable

from crm.records.dialects import dialect
from crm.rules.expressions import Fold
from crm.schema.record import Record, stored_field

PREFIX = "crm_folded_"
Sql = tuple[str, tuple[str | int, ...]]


def folding_once(records: QuerySet[Record], conditions: Sequence[Q]) -> tuple[QuerySet[Record], list[Q]]:
    """The records, and conditions that hold for them as these do. A narrowed query is left as it is: it may use an index."""
    asked = Counter(name for condition in conditions for name in _folded_names(condition))
    names = [name for name, times in asked.items() if times > 1]
    if not names or records.query.where or len(records.query.alias_map) > 1:
        return records, list(conditions)
    records = records.all()
    alias = records.query.get_initial_alias()
    records.query.alias_map[alias] = FoldedTable(records.model, alias, names)
    return records, [_replaced(condition, frozenset(names)) for condition in conditions]


class FoldedTable(BaseTable):
    """The table of records, with the folded texts of some columns beside it."""

    def __init__(self, model: type[Record], alias: str, names: Sequence[str]) -> None:
        super().__init__(model._meta.db_table, alias)
        self.model, self.alias, self.names = model, alias, names

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        quote = connection.ops.quote_name
        folded = [f"{self._folded(name, compiler)} AS {quote(PREFIX + name)}" for name in self.names]
        return dialect().with_computed(quote(self.table_name), quote(self.alias), folded), ()

    def relabeled_clone(self, change_map: dict[str | None, str]) -> "FoldedTable":  # type: ignore[override]  # the stub is narrower
        return FoldedTable(self.model, change_map.get(self.alias, self.alias), self.names)

    def _folded(self, name: str, compiler: SQLCompiler) -> str:
        return str(compiler.compile(Fold(stored_field(self.model, name).get_col(self.alias)))[0])


class FoldedColumn(Expression):
    """The folded text of a column, as `FoldedTable` gives it."""

    output_field = TextField()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:  # type: ignore[override]  # no options
        return connection.ops.quote_name(PREFIX + self.name), ()


def _folded_names(node: object) -> Iterator[str]:
    """The fields of the record itself whose texts are folded in a condition, each as often as it stands there."""
    if isinstance(node, Fold):
        yield from _own_name(node)
    else:
        for part in _parts(node):
            yield from _folded_names(part)


def _own_name(node: Fold) -> Iterator[str]:
    (text,) = node.get_source_expressions()
    name = getattr(text, "name", "__") if isinstance(text, F) else "__"
    if "__" not in name:
        yield name


def _parts(node: object) -> Sequence[object]:
    """What a condition is made of; what asks other tables is not looked into."""
    if isinstance(node, Q):
        return node.children
    return node.get_source_expressions() if isinstance(node, Func | Lookup) else []


def _replaced(node: Any, names: frozenset[str]) -> Any:  # Any: a condition, or a part of one
    if isinstance(node, Fold):
        return next((FoldedColumn(name) for name in _own_name(node) if name in names), node)
    if not _parts(node):
        return node
    changed = copy(node)
    parts = [_replaced(part, names) for part in _parts(node)]
    if isinstance(changed, Q):
        changed.children = parts
    else:
        changed.set_source_expressions(parts)
    return changed
