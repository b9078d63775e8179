"""How worksheets with the same columns were read before: stored by the names of the columns, proposed for the next one."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from itertools import count
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.people.naming import actor_label
from crm.schema.definitions import EntityDefinition
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.mapping.column_mapping import is_left_out
from crm.worksheets.models import Recipe, Worksheet

NEWEST = 100  # recipes are asked for a single column
LONGEST_NAME = 100
LISTED = 10
MOST_DIGITS = 19  # of a number that the database holds


def fingerprint(headers: Iterable[str]) -> str:
    """Of the names, whatever their order and case; what an error worksheet adds does not count."""
    own = sorted(spelling(header) for header in headers if not is_left_out(header))
    return hashlib.sha256("\n".join(own).encode()).hexdigest()


def spelling(header: str) -> str:
    return header.strip().lower()


def remember(worksheet: Worksheet, headers: Iterable[str]) -> Recipe:
    """For the next worksheet with these columns into the same entity and cluster."""
    headers = list(headers)
    recipe, _made = Recipe.objects.update_or_create(
        entity=worksheet.entity,
        cluster=worksheet.cluster,
        fingerprint=fingerprint(headers),
        defaults={
            "choices": _remembered(worksheet, headers),
            "worksheet": worksheet.number,
            "created_by": worksheet.created_by,
        },
    )
    if not recipe.name:
        with suppress(InvalidMapping):  # taken at the same moment: an import that is done does not fail for a name
            rename(recipe, _free_name(worksheet.name))
    return recipe


def _remembered(worksheet: Worksheet, headers: list[str]) -> dict[str, Any]:  # Any: JSON values
    """A command states its limits for one run: the recipe keeps those that it had. That nobody is updated was proposed while
    nobody was known: the next time they are."""
    choices = ImportChoices.from_json(worksheet.choices)
    if worksheet.look.get("by_command"):
        former = recipe_for(worksheet, headers)
        choices = choices.with_limits(ImportChoices.from_json(former.choices).limits if former else {})
    if choices.mode == worksheet.look.get("proposed_mode") == "create":
        choices = replace(choices, mode="upsert")
    return choices.to_json()


def rename(recipe: Recipe, name: str) -> None:
    """Raises InvalidMapping if the name is taken."""
    name = name.strip()[:LONGEST_NAME]
    if not name:
        raise InvalidMapping(_("A recipe needs a name."))
    is_taken = Recipe.objects.filter(name__iexact=name).exclude(pk=recipe.pk).exists()
    if is_taken or not _store_name(recipe, name):
        raise InvalidMapping(_("There is another recipe “%s”.") % name)
    recipe.name = name


def _store_name(recipe: Recipe, name: str) -> bool:
    """Return False if another recipe took the name at the same moment."""
    try:
        with transaction.atomic():
            Recipe.objects.filter(pk=recipe.pk).update(name=name)
    except IntegrityError:
        return False
    return True


def recipe_of(worksheet: Worksheet) -> Recipe | None:
    """The one that this worksheet was the last to be read by."""
    return Recipe.objects.filter(worksheet=worksheet.number).first()


def recipe_named(name: str) -> Recipe:
    """By name, or by the number of the last worksheet that was read so. Raises InvalidMapping."""
    number = name.removeprefix("#")
    by_number = Q(worksheet=int(number)) if number.isdecimal() and len(number) < MOST_DIGITS else Q(pk=None)
    found = Recipe.objects.filter(name__iexact=name).first() or Recipe.objects.filter(by_number).first()
    if found is None:
        known = ", ".join(Recipe.objects.exclude(name="").values_list("name", flat=True)[:LISTED])
        raise InvalidMapping(_("There is no recipe “%(name)s”. There are: %(known)s.") % {"name": name, "known": known or "–"})
    return found


def _free_name(wanted: str) -> str:
    """The file's name, numbered if another recipe has it."""
    taken = {name.lower() for name in Recipe.objects.exclude(name="").values_list("name", flat=True)}
    short = wanted.strip()[: LONGEST_NAME - 8] or "worksheet"
    numbered = (short if n == 1 else f"{short} ({n})" for n in count(1))
    return next(name for name in numbered if name.lower() not in taken)


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


def stated_over(recipe: Recipe, headers: list[str], stated: ImportChoices) -> ImportChoices:
    """For a command: the recipe's choices, but for what is stated. Raises InvalidMapping if the file lacks a column."""
    missing = [header for header in recipe.choices.get("map", {}) if spelling(header) not in set(map(spelling, headers))]
    if missing:
        listed = ", ".join(f"“{header}”" for header in missing[:LISTED])
        raise InvalidMapping(_("The worksheet has no column %s, which the recipe reads.") % listed)
    chosen, default = choices_of(recipe, headers, now=stated), ImportChoices()
    return replace(chosen, **dict(_changed(stated, default, chosen)))


def _changed(stated: ImportChoices, default: ImportChoices, chosen: ImportChoices) -> Iterator[tuple[str, Any]]:  # Any: choices
    """What is stated, by the name of the choice; a mapping and a value for all rows are added to those of the recipe."""
    for choice in fields(ImportChoices):
        value = getattr(stated, choice.name)
        if value != getattr(default, choice.name):
            yield choice.name, getattr(chosen, choice.name) | value if choice.name in {"map", "set"} else value
    yield "ignore", [header for header in [*chosen.ignore, *stated.ignore] if header not in stated.map]


def used_by(used: Mapping[str, Any]) -> dict[str, str]:  # Any: JSON values
    """When and by whom a recipe, as the review stores it, was used the last time: in words."""
    when = parse_datetime(used["used_at"])
    return {"when": date_format(when, "SHORT_DATE_FORMAT") if when else "", "who": actor_label(used["by"]) or "–"}


def former_fields(entity: EntityDefinition) -> dict[str, str]:
    """What columns were mapped to in earlier worksheets: field by header in lower case, newest first."""
    found: dict[str, str] = {}
    for choices in Recipe.objects.filter(entity=entity.acronym).values_list("choices", flat=True)[:NEWEST]:
        for header, name in choices.get("map", {}).items():
            if name == "id" or entity.field(name):
                found.setdefault(spelling(header), name)
    return found
