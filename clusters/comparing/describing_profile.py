"""A profile as plain values, for commands and the API (contract §2)."""

from typing import Any

from clusters.comparing.profile import FieldProfile, Profile, ProfileValue
from clusters.comparing.quartiles import Three
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition


def facts(profile: Profile) -> dict[str, Any]:  # Any: JSON values
    return {
        "cluster": profile.cluster.name,
        "members": profile.members,
        "of": profile.of,
        "fields": [_field(one) for one in profile.fields],
    }


def _field(one: FieldProfile) -> dict[str, Any]:  # Any: JSON values
    quartiles = {"members": _three(one.field, one.member_quartiles), "everybody": _three(one.field, one.quartiles)}
    return {
        "field": one.field.name,
        "filled": round(one.filled, 6),
        "values": [_value(one.field, value) for value in one.values],
        "quartiles": quartiles if one.quartiles else None,
    }


def _value(field: FieldDefinition, value: ProfileValue) -> dict[str, Any]:  # Any: JSON values
    """A band is written `above..to`; where it is open nothing stands."""
    json = _json(field, value.value)
    band = f"{'' if json is None else json}..{'' if value.high is None else _json(field, value.high)}"
    return {
        "value": band if value.is_band else json,
        "members": value.members,
        "everybody": value.everybody,
        "share": round(value.share, 6),
        "lift": None if value.lift is None else round(value.lift, 6),
    }


def _three(field: FieldDefinition, three: Three | None) -> list[Any] | None:  # Any: JSON values
    return [_json(field, value) for value in three] if three else None


def _json(field: FieldDefinition, value: Any) -> Any:  # Any: a typed value, and JSON
    return None if value is None else fieldtypes.get(field.type).to_json(value, field)
