"""How worksheets with the same columns were read before: stored by the names of the columns, proposed for the next one."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from crm.schema.definitions import EntityDefinition
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.mapping.column_mapping import is_left_out
from crm.worksheets.models import Recipe, Worksheet

NEWEST = 100  # recipes are asked for a single column


def fingerprint(headers: Iterable[str]) -> str:
    """Of the names, whatever their order and case; what an error worksheet adds does not count."""
    own = sorted(spelling(header) for header in headers if not is_left_out(header))
    return hashlib.sha256("\n".join(own).encode()).hexdigest()


def spelling(header: str) -> str:
    return header.strip().lower()


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


def choices_of(recipe: Recipe, headers: list[str], *, now: ImportChoices) -> ImportChoices:
    """What was chosen then, except how this very file is written, and whether it may set consent: that is asked each time."""
    then = ImportChoices.from_json(recipe.choices)
    spelled = {spelling(header): header for header in headers}
    return replace(
        then,
        map={spelled[spelling(old)]: name for old, name in then.map.items() if spelling(old) in spelled},
        ignore=[spelled[spelling(old)] for old in then.ignore if spelling(old) in spelled],
        columns={spelled[spelling(old)]: own for old, own in then.columns.items() if spelling(old) in spelled},
        encoding=now.encoding,
        delimiter=now.delimiter,
        sheet=now.sheet,
        header=now.header,
        labels=now.labels,
        allow_consent=False,
    )


def former_fields(entity: EntityDefinition) -> dict[str, str]:
    """What columns were mapped to in earlier worksheets: field by header in lower case, newest first."""
    found: dict[str, str] = {}
    for choices in Recipe.objects.filter(entity=entity.acronym).values_list("choices", flat=True)[:NEWEST]:
        for header, name in choices.get("map", {}).items():
            if name == "id" or entity.field(name):
                found.setdefault(spelling(header), name)
    return found
