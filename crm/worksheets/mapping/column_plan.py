"""What the columns of a worksheet fill, by what was chosen for it."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from crm.records import bulk
from crm.records.validating import clean_value
from crm.schema import fieldtypes
from crm.schema.generated import current
from crm.schema.generated.storage import same_storage
from crm.schema.record import Record
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.mapping import column_mapping
from crm.worksheets.mapping.choices import ImportChoices


@dataclass(frozen=True)
class ColumnPlan:
    """Which fields of `model` a worksheet with these headers fills, and how."""

    model: type[Record]
    choices: ImportChoices
    headers: list[str]
    mapping: column_mapping.ColumnMapping
    fixed: dict[str, Any]  # typed values

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that are filled, by a column or with a fixed value."""
        return (*self.mapping.names, *self.fixed)

    def merge(self, staging: str) -> bulk.Merge:
        """`staging` is the table of the staged rows."""
        return bulk.Merge(
            self.model, staging, tuple(self.choices.keys), self.names,
            self.choices.mode, self.choices.empty, self.choices.duplicates, self.choices.replace,  # type: ignore[arg-type]
            self._taken("new"), self._taken("empty"), self.withheld, self._taken("add"), self._taken("remove"),
            "skip" if self.choices.skips_empty_keys else "create",
        )  # fmt: skip

    def as_published_now(self) -> "ColumnPlan":
        """With fields that were published since the import began; a field that was hidden since is still filled.

        No field changes its type while an import runs, for that waits; it may while one is interrupted. Raises
        InvalidMapping where the column of a field is gone, or its new type does not take the value for all rows.
        """
        model = current.showing(self.model.entity.acronym, self.names)
        if model is self.model:
            return self
        if gone := [name for name in self.names if name != "id" and model.entity.field(name) is None]:
            raise InvalidMapping(_("The field %s was deleted since the import began.") % gone[0])
        return replace(self, model=model, fixed=self._fixed_in(model))

    def header_of(self, field: str) -> str:
        """The header of the column that fills the field."""
        return next((self.headers[position] for position, name in self.mapping.fields.items() if name == field), field)

    def _fixed_in(self, model: type[Record]) -> dict[str, Any]:
        """The values for all rows; those of fields that were retyped are read again, as the type takes them."""
        stated = self.choices.set
        retyped = {name for name in self.fixed if name in stated and not _is_stored_alike(self.model, model, name)}
        return self.fixed | {name: _fixed_value(model, name, stated[name], self.choices) for name in retyped}

    @property
    def withheld(self) -> tuple[str, ...]:
        """What nobody gains, by a default or a cell, unless somebody confirms that these people agreed."""
        if self.choices.allow_consent:
            return ()
        return tuple(field.name for field in column_mapping.consent_fields(self.model.entity))

    def _taken(self, takes: str) -> tuple[str, ...]:
        """The fields whose columns are taken in this way."""
        fields = [*self.mapping.fields.items(), *self.mapping.rests.items()]
        return tuple(name for position, name in fields if self.choices.column(self.headers[position]).takes == takes)


def _is_stored_alike(was: type[Record], model: type[Record], name: str) -> bool:
    before, now = was.entity.field(name), model.entity.field(name)
    return before is not None and now is not None and same_storage(before, now)


def plan_columns(model: type[Record], choices: ImportChoices, headers: list[str]) -> ColumnPlan:
    """Raises InvalidMapping."""
    mapping = column_mapping.map_columns(
        headers,
        model.entity,
        stated=choices.map,
        ignore=[*choices.ignore, *filter(choices.is_idle, headers)],
        is_by_id=choices.is_by_id,
        for_new=[header for header in headers if choices.column(header).takes == "new"],
    )
    _check_keys(model, choices, mapping)
    fixed = _fixed(model, choices, mapping)
    if choices.replace:
        _check_replace(model, choices, mapping)
        if choices.replace not in mapping.names:
            fixed.setdefault(choices.replace, True)
    return ColumnPlan(model, choices, headers, mapping, fixed)


def _check_keys(model: type[Record], choices: ImportChoices, mapping: column_mapping.ColumnMapping) -> None:
    """One key is unique; several tell a record together. Without the column every row is new."""
    if choices.is_by_id:
        return
    for name in choices.keys:
        field = model.entity.field(name)
        if field is None or not field.column or (len(choices.keys) == 1 and not field.unique):
            unique = ", ".join(["id", *(field.name for field in model.entity.visible_fields if field.unique)])
            raise InvalidMapping(
                _("%(key)s cannot be the key: it must be unique. These are: %(unique)s.") % {"key": name, "unique": unique}
            )
        if name not in {*mapping.names, *choices.set} and (choices.mode != "create" or len(choices.keys) > 1):
            raise InvalidMapping(_("The key %s is not a column of the worksheet.") % name)


def _check_replace(model: type[Record], choices: ImportChoices, mapping: column_mapping.ColumnMapping) -> None:
    field = model.entity.field(choices.replace)
    if field is None or field.type != "Boolean" or not fieldtypes.is_writable(field):
        raise InvalidMapping(_("%s cannot be replaced: it is no Boolean that may be written.") % choices.replace)
    if choices.is_by_id and "id" not in mapping.names:
        raise InvalidMapping(_("The key id is not a column of the worksheet: nobody would be found, and all would leave."))


def _fixed(model: type[Record], choices: ImportChoices, mapping: column_mapping.ColumnMapping) -> dict[str, Any]:
    if both := [name for name in choices.set if name in mapping.names]:
        raise InvalidMapping(_("%s is a column of the worksheet and set for all rows.") % both[0])
    return {name: _fixed_value(model, name, text, choices) for name, text in choices.set.items()}


def _fixed_value(model: type[Record], name: str, text: str, choices: ImportChoices) -> Any:
    field = model.entity.field(name)
    if field is None or not fieldtypes.is_writable(field):
        raise InvalidMapping(_("%(name)s cannot be set: it is no field that may be written.") % {"name": name})
    try:
        value = clean_value(field, text)
    except fieldtypes.InvalidValue as refusal:
        raise InvalidMapping(f"{name}: {refusal}") from refusal
    if value is True and name in column_mapping.CONSENT and not choices.allow_consent:
        raise InvalidMapping(_("%s is a consent: allow it on purpose.") % name)
    return value
