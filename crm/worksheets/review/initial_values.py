"""What the controls of the review show at first: what is chosen, else what the cells show."""

from typing import Any

from crm.worksheets.formats.encodings import canonical
from crm.worksheets.mapping.choices import ImportChoices
from crm.worksheets.review import column_controls, controls
from crm.worksheets.review.reviewing import Review

AS_CHOSEN = (
    "mode", "empty", "empty_key", "duplicates", "stop", "delimiter", "header", "labels", "allow_consent", "replace",
    "max_refused", "max_changed", "max_leave",
)  # fmt: skip


def initial_values(review: Review) -> dict[str, Any]:  # Any: values of controls
    choices = review.choices
    found: dict[str, Any] = {name: getattr(choices, name) for name in AS_CHOSEN} | {
        "keys": [name for name in choices.keys if name != "id" or "id" in choices.map.values()],
        "atomic": "on" if choices.atomic else "",
        "encoding": choices.encoding and canonical(choices.encoding),
        "sheet": choices.sheet or review.format.sheet,
        **_fixed(review, choices),
    }
    for position, column in enumerate(review.inspection.columns):
        found |= column_controls.initial_values(position, column, choices)
    return found


def _fixed(review: Review, choices: ImportChoices) -> dict[str, str]:
    """The values that all rows get."""
    found = {}
    for place, (name, value) in enumerate(choices.set.items()):
        found[f"set_field_{place}"] = name
        found[f"set_value_{place}"] = controls.written_value(review.model.entity.field(name), value)
    return found
