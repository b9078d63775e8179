"""Columns that could fill the same field: which of them does, as a person answers it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from crm.worksheets.review.reviewing import Review

NONE = "none"  # of the columns fills the field


def rival_control(name: str) -> str:
    """The control of the form that says which column fills the field."""
    return f"rival_{name}"


def rival_options(review: Review, name: str) -> Iterator[tuple[str, str]]:
    """Each column by its place, with some of its cells."""
    inspection = review.inspection
    for place in map(inspection.headers.index, review.rivals[name]):
        column = inspection.columns[place]
        yield str(place), f"{column.header}: {', '.join(column.samples)}"
    yield NONE, _("none of them")


def rival_controls(review: Review) -> Iterator[tuple[str, forms.Field]]:
    """By name."""
    for name in review.rivals:
        yield rival_control(name), forms.ChoiceField(choices=list(rival_options(review, name)), required=False)


def chosen_columns(review: Review, answers: Mapping[str, Any]) -> dict[str, str]:  # Any: cleaned values of a form
    """Field by header, as it was answered."""
    answered = {name: answers.get(rival_control(name)) for name in review.rivals}
    return {review.inspection.headers[int(place)]: name for name, place in answered.items() if place and place != NONE}


def unfilled_fields(review: Review, answers: Mapping[str, Any]) -> list[str]:  # Any: as `chosen_columns`
    return [name for name in review.rivals if answers.get(rival_control(name)) == NONE]
