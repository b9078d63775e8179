"""Two values of a field side by side, as before and after a change: where they differ, so do their texts."""

from typing import Any

from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition

TextPair = tuple[str, str]


def distinguished(texts: TextPair, values: tuple[Any, Any], field: FieldDefinition) -> TextPair:  # Any: typed values
    """The texts as pages show them, or exactly where different values look the same: by the second, or with a record's id."""
    first, second = values
    if texts[0] != texts[1] or first == second or first is None or second is None:
        return texts
    kind = fieldtypes.get(field.type)
    return kind.exact_text(first, field), kind.exact_text(second, field)
