"""Controls of the review: how the cells of one column are read. Their names end with the column's position."""

from collections.abc import Container, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes.choice import options_of
from crm.worksheets.importing.normalizing import meaning_key
from crm.worksheets.mapping.choices import ColumnChoices, ImportChoices
from crm.worksheets.mapping.guessing import sure_dates, sure_decimal
from crm.worksheets.mapping.inspection import ColumnInspection
from crm.worksheets.review import controls

AS_IT_IS = "="  # the meaning of a value that is given none
READINGS = ("dates", "decimal", "grouped", "cut", "zeros", "around", "letters", "points", "apostrophes", "nothing", "wrong")
Controls = Iterator[tuple[str, forms.Field]]  # by name


def reading_controls(
    position: int, column: ColumnInspection, field: FieldDefinition, own: ColumnChoices, *, posted: Container[str]
) -> Controls:
    """Those that the type of its field knows; an option that is rarely chosen only where it is, or is `posted` as a fix."""
    options = fieldtypes.get(field.type).reading_options
    if "dates" in options:
        yield f"dates_{position}", _one_of(controls.DATES, _("Dates in %s") % column.header)
    is_grouped = own.is_grouped or f"grouped_{position}" in posted
    reads_decimals = "decimal" in options and bool(own.decimal or column.decimals.is_there or not is_whole_number(field))
    if reads_decimals or ("grouped" in options and is_grouped):
        yield f"decimal_{position}", _one_of(controls.DECIMALS, _("Decimals in %s are written with") % column.header)
    for name, label, is_chosen in (
        ("grouped", _("Thousands are set apart in %s: 1.234 is 1234"), is_grouped or reads_decimals),
        ("cut", _("Texts in %s that are too long lose their end"), own.is_cut),
        ("zeros", _("Digits in %s get the zeros that a spreadsheet took away"), own.is_filled),
        ("around", _("Of cells in %s that hold more than an address the address counts"), own.is_bared),
        ("letters", _("Texts in %s are written as in a web page: &eacute; is é"), own.is_decoded),
        ("points", _("Codes in %s that were read as numbers lose their decimals: 123.0 is 123"), own.is_unpointed),
        ("apostrophes", _("Texts in %s lose the apostrophe before them"), own.is_unquoted),
        ("nothing", _("Words for nothing in %s, as N/A or 0000-00-00, are empty cells"), own.is_blanked),
        ("wrong", _("Cells in %s that are refused are left out, the rest of their row is taken"), own.wrong == "empty"),
    ):
        if is_chosen or f"{name}_{position}" in posted:
            yield f"{name}_{position}", forms.BooleanField(label=label % column.header, required=False)
    if "meanings" in options:
        yield from _meaning_controls(position, column, field, own)


def _one_of(options: list[tuple[str, Any]], label: str) -> forms.ChoiceField:  # Any: words in the reader's language
    return forms.ChoiceField(label=label, choices=options, widget=forms.RadioSelect, required=False)


def _meaning_controls(position: int, column: ColumnInspection, field: FieldDefinition, own: ColumnChoices) -> Controls:
    """For the values that the field does not know, or that were given a meaning before."""
    for place, value in enumerate(column.values):
        known = controls.displayed_value(field, value)
        if known and meaning_key(value) not in own.values:
            continue
        options = [
            (AS_IT_IS, _("as it is: %s") % known if known else _("not known: the row is refused")),
            ("", _("nothing: the cell is empty")),
        ]
        options += [("true", _("yes")), ("false", _("no"))] if not options_of(field) else options_of(field)
        yield f"meaning_{position}_{place}", forms.ChoiceField(label=value, choices=options, required=False)


def initial_values(position: int, column: ColumnInspection, choices: ImportChoices) -> dict[str, Any]:  # Any: values of controls
    own = choices.column(column.header)
    meanings = enumerate(own.values.get(meaning_key(value), AS_IT_IS) for value in column.values)
    return {
        f"column_{position}": choices.map.get(column.header, controls.IGNORE),
        f"dates_{position}": own.dates or sure_dates(column) or ("" if column.dates.is_doubtful else choices.dates),
        f"decimal_{position}": own.decimal or sure_decimal(column) or ("" if column.decimals.is_doubtful else choices.decimal),
        f"grouped_{position}": own.is_grouped,
        f"cut_{position}": own.is_cut,
        f"zeros_{position}": own.is_filled,
        f"around_{position}": own.is_bared,
        f"letters_{position}": own.is_decoded,
        f"points_{position}": own.is_unpointed,
        f"apostrophes_{position}": own.is_unquoted,
        f"nothing_{position}": own.is_blanked,
        f"wrong_{position}": own.wrong == "empty",
        f"takes_{position}": own.takes,
        **{f"meaning_{position}_{place}": meaning for place, meaning in meanings},
    }


def chosen_column(
    form: forms.Form, position: int, column: ColumnInspection, own: ColumnChoices, *, is_key: bool
) -> ColumnChoices:
    """What a valid form says of the column; `own` was chosen before, and stays where the page did not show it."""
    return ColumnChoices(
        dates=_chosen(form, f"dates_{position}", own.dates),
        decimal=_chosen(form, f"decimal_{position}", own.decimal),
        is_grouped=bool(_posted(form, f"grouped_{position}", own.is_grouped)),
        is_cut=bool(_posted(form, f"cut_{position}", own.is_cut)),
        is_filled=bool(_posted(form, f"zeros_{position}", own.is_filled)),
        is_bared=bool(_posted(form, f"around_{position}", own.is_bared)),
        is_decoded=bool(_posted(form, f"letters_{position}", own.is_decoded)),
        is_unpointed=bool(_posted(form, f"points_{position}", own.is_unpointed)),
        is_unquoted=bool(_posted(form, f"apostrophes_{position}", own.is_unquoted)),
        is_blanked=bool(_posted(form, f"nothing_{position}", own.is_blanked)),
        wrong="empty" if _posted(form, f"wrong_{position}", own.wrong == "empty") else "refuse",
        takes="" if is_key else _posted(form, f"takes_{position}", own.takes) or "",
        values=dict(_meant(form, position, column, own)),
    )


def is_whole_number(field: FieldDefinition) -> bool:
    return fieldtypes.get(field.type).kind == "integer"


def _posted(form: forms.Form, name: str, stored: Any) -> Any:  # Any: a control's value
    """What the page did not show, as of a column that is idle, is not posted and stays as it was chosen."""
    return form.cleaned_data.get(name) if name in form.data else stored


def _chosen(form: forms.Form, name: str, stored: str) -> str:
    """A value that is only shown, like the default order of dates, is not chosen because the form comes back with it."""
    shown = form.initial.get(name, "")
    posted = str(_posted(form, name, shown) or "")
    return stored if posted == shown else posted


def _meant(form: forms.Form, position: int, column: ColumnInspection, own: ColumnChoices) -> Iterator[tuple[str, str]]:
    """What the values of a column mean, but those that stay as they are."""
    for place, value in enumerate(column.values):
        meant = _posted(form, f"meaning_{position}_{place}", own.values.get(meaning_key(value), AS_IT_IS))
        if meant != AS_IT_IS:
            yield meaning_key(value), meant
