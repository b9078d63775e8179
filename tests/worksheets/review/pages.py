"""What a page of the review says."""

import re

from crm.worksheets.models import Worksheet


def fields_of(form) -> dict:
    return {bound.html_name: bound.value() for bound in form}


def worksheet_of(page) -> Worksheet:
    return Worksheet.objects.get(pk=page.context["worksheet"].pk)


def said(page) -> dict[str, str]:
    """The sentences without their marks."""
    return {guess.name: re.sub(r"<[^>]+>", "", str(guess.sentence)) for guess in page.context["guesses"]}


def counts(page) -> dict[str, int]:
    names = ("rows", "created", "updated", "unchanged", "skipped", "errors", "leaving")
    return {name: count for name in names if (count := getattr(page.context["counts"], name))}


def members(model) -> list[str]:
    return sorted(model.objects.filter(Dealers=True).values_list("firstName", flat=True))
