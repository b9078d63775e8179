"""Controls of the review: how the file is written."""

from collections.abc import Iterator

from django import forms
from django.utils.translation import gettext as _

from crm.worksheets.formats.encodings import all_encodings, encoding_name
from crm.worksheets.formats.reading.format_detection import DELIMITERS
from crm.worksheets.formats.reading.reader import TEXT, FileFormat
from crm.worksheets.review import controls
from crm.worksheets.review.reviewing import Review


def file_controls(review: Review) -> Iterator[tuple[str, forms.Field]]:
    """By name, those that fit its kind."""
    if review.format.kind == TEXT:
        yield from _of_text(review.format)
    elif len(review.format.sheets) > 1:
        names = [sheet.name for sheet in review.format.sheets]
        yield "sheet", forms.ChoiceField(label=_("Sheet"), choices=[(name, name) for name in names], required=False)
    yield "header", forms.IntegerField(
        label=_("Row with the names of the columns"), help_text=_("0: no row names them; empty: found by itself"),
        required=False, min_value=0, max_value=30,
    )  # fmt: skip
    yield "labels", forms.ChoiceField(label=_("The row below it"), choices=controls.LABELS, required=False)


def _of_text(form: FileFormat) -> Iterator[tuple[str, forms.Field]]:
    encodings = [("", _("found: %s") % encoding_name(form.encoding)), *((name, encoding_name(name)) for name in all_encodings())]
    yield "encoding", forms.ChoiceField(label=_("Letters are written as"), choices=encodings, required=False)
    signs = [
        ("", _("found: %s") % controls.delimiter_name(form.delimiter)),
        *((sign, controls.delimiter_name(sign)) for sign in DELIMITERS),
    ]
    yield "delimiter", forms.ChoiceField(label=_("Columns are divided by"), choices=signs, required=False)
