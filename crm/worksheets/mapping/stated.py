"""What somebody states before a proposal is made, which then only fills the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from crm.schema import fieldtypes
from crm.schema.definitions import EntityDefinition
from crm.worksheets.mapping.choices import ImportChoices

MERGED = {"keys", "mode", "map", "set", "ignore", "columns", "replace"}  # by rules of their own; the rest is taken if stated


@dataclass(frozen=True)
class Stated:
    """Choices that are taken as they are; `dates` and `decimal` are empty where the cells decide.

    `explicit` names options that are stated although they are as by default.
    """

    choices: ImportChoices
    has_key: bool = False
    dates: str = ""
    decimal: str = ""
    explicit: frozenset[str] = frozenset()

    def fields(self, headers: Sequence[str]) -> dict[int, str | None]:
        """What columns are stated to fill, by position; None: nothing."""
        ignored: dict[int, str | None] = {place: None for place, header in enumerate(headers) if header in self.choices.ignore}
        return ignored | {place: name for place, header in enumerate(headers) if (name := self.choices.map.get(header))}

    def over(self, proposed: ImportChoices, entity: EntityDefinition) -> ImportChoices:
        """The proposal, but for what is stated. Who leaves a cluster is never proposed: `replace` is as stated."""
        stated = self.choices
        kept = {header: name for header, name in proposed.map.items() if name not in stated.set}
        choices = replace(
            proposed,
            map=kept | stated.map,
            ignore=[header for header in [*proposed.ignore, *(set(proposed.map) - set(kept))] if header not in stated.map],
            set=proposed.set | stated.set,
            keys=stated.keys if self.has_key else proposed.keys,
            mode=stated.mode,
            columns=proposed.columns | stated.columns,
            replace=stated.replace,
            **self._options(),
        )
        return with_spelling(choices, entity, dates=self.dates, decimal=self.decimal)

    def _options(self) -> dict[str, Any]:  # Any: choices
        """What is stated of the options that are one value, by name."""
        stated, default = self.choices, ImportChoices()
        names = [option.name for option in fields(ImportChoices) if option.name not in MERGED]
        own = {name for name in names if getattr(stated, name) != getattr(default, name)} | self.explicit
        return {name: getattr(stated, name) for name in own}


def with_spelling(choices: ImportChoices, entity: EntityDefinition, *, dates: str, decimal: str) -> ImportChoices:
    """Dates and decimals of all columns as they are stated; what is empty stays as it is chosen."""
    stated = {way: value for way, value in (("dates", dates), ("decimal", decimal)) if value}
    choices = replace(choices, dates=dates or choices.dates, decimal=decimal or choices.decimal)
    for header, name in choices.map.items():
        field = entity.field(name)
        ways = fieldtypes.get(field.type).reading_options if field else frozenset()
        own = {way: value for way, value in stated.items() if way in ways}
        choices = choices.with_column(header, **own) if own else choices
    return choices
