"""What brings values into fields from worksheets: recipes, and the imports of late."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef

from crm.worksheets.mapping.column_mapping import parts_of
from crm.worksheets.models import Recipe, Worksheet, WorksheetState

RECENT = 100  # imports that are looked at, of all entities
SHOWN = 5  # of one field
FINISHED = (WorksheetState.DONE, WorksheetState.PARTLY)

Targets = Mapping[str, str | None]  # by header; None of a column that fills nothing
ByField = Mapping[tuple[str, str], list[Any]]  # recipes, or worksheets


def recipes_by_field() -> ByField:
    """Each with `is_linked`, that the worksheet that it was made by is still there: one query."""
    made_by = Worksheet.objects.filter(number=OuterRef("worksheet"))
    return _by_field((recipe, recipe.choices.get("map", {})) for recipe in Recipe.objects.annotate(is_linked=Exists(made_by)))


def imports_by_field() -> ByField:
    """The last that ended, the newest first: one query."""
    read = ("number", "entity", "cluster", "name", "choices", "counts", "finished_at", "created_by")
    ended = Worksheet.objects.filter(state__in=FINISHED).only(*read)[:RECENT]
    found = _by_field((worksheet, worksheet.counts.get("mapping", {})) for worksheet in ended)
    return {field: worksheets[:SHOWN] for field, worksheets in found.items()}


def column_of(recipe: Recipe, field: str) -> str:
    """The column that fills the field; empty where every row gives it the same value."""
    columns: Targets = recipe.choices.get("map", {})
    return next((header for header, target in columns.items() if target and field in parts_of(target)), "")


def _by_field(read: Iterable[tuple[Any, Targets]]) -> ByField:
    """`read` are recipes or worksheets, each with the targets of its columns."""
    found = defaultdict(list)
    for one, columns in read:
        columns_fill = {name for target in columns.values() if target for name in parts_of(target)}
        for name in {*columns_fill, *one.choices.get("set", {}), one.choices.get("replace", ""), one.cluster} - {""}:
            found[one.entity, name].append(one)
    return dict(found)
