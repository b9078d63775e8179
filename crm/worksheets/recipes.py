"""How a worksheet was read the last time: remembered by the names of its columns, offered when they come again."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from crm.schema.definitions import EntityDefinition
from crm.worksheets.choices import Choices
from crm.worksheets.models import Recipe, Worksheet

NEWEST = 100  # recipes are asked for a single column


def fingerprint(headers: Iterable[str]) -> str:
    """Of the names, whatever their order and case."""
    return hashlib.sha256("\n".join(sorted(header.strip().lower() for header in headers)).encode()).hexdigest()


def remember(worksheet: Worksheet, headers: Iterable[str]) -> Recipe:
    """For the next worksheet with these columns into the same entity and cluster."""
    recipe, _made = Recipe.objects.update_or_create(
        entity=worksheet.entity,
        cluster=worksheet.cluster,
        fingerprint=fingerprint(headers),
        defaults={"choices": worksheet.choices, "worksheet": worksheet.number, "created_by": worksheet.created_by},
    )
    return recipe


def recipe_for(worksheet: Worksheet, headers: Iterable[str]) -> Recipe | None:
    return Recipe.objects.filter(entity=worksheet.entity, cluster=worksheet.cluster, fingerprint=fingerprint(headers)).first()


def choices_of(recipe: Recipe, headers: list[str], *, now: Choices) -> Choices:
    """What was chosen then, except how this very file is written, and whether it may set consent: that is asked each time."""
    then = Choices.from_json(recipe.choices)
    spelled = {header.strip().lower(): header for header in headers}
    return replace(
        then,
        map={spelled[old.strip().lower()]: name for old, name in then.map.items()},
        ignore=[spelled[old.strip().lower()] for old in then.ignore],
        columns={spelled[old.strip().lower()]: own for old, own in then.columns.items()},
        encoding=now.encoding,
        delimiter=now.delimiter,
        allow_consent=False,
    )


def former_fields(entity: EntityDefinition) -> dict[str, str]:
    """What columns were taken for in former worksheets: field by header in lower case, newest first."""
    found: dict[str, str] = {}
    for choices in Recipe.objects.filter(entity=entity.acronym).values_list("choices", flat=True)[:NEWEST]:
        for header, name in choices.get("map", {}).items():
            if name == "id" or entity.field(name):
                found.setdefault(header.strip().lower(), name)
    return found
