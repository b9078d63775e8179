"""Published entities as resources of django-import-export, for small tables and other people's code.

Columns are found as an import finds them, cells are converted by our field types, and `crm.records.writing.saving` writes,
with history. Large files go the other way, through `crm.worksheets.importing`; `tests/worksheets/test_resources.py` holds
that both read a file alike.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar, Literal, cast

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import Result
from import_export.widgets import Widget
from tablib import Dataset

from crm.people.actors import Actor
from crm.people.permissions import require
from crm.records.bulk.difference import UNKNOWN_ID
from crm.records.bulk.matching import SEVERAL
from crm.records.errors import InvalidRecord
from crm.records.querying import with_rules
from crm.records.record_ids import named_id
from crm.records.validating import clean_value, default_value
from crm.records.writing import saving
from crm.records.writing.uniqueness import same_value
from crm.schema import fieldtypes
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import CellFormat
from crm.schema.fieldtypes.errors import InvalidValue
from crm.schema.fieldtypes.percent import Percent
from crm.schema.generated import current
from crm.schema.record import Record, attribute, held
from crm.worksheets.errors import InvalidMapping
from crm.worksheets.formats.formula_escaping import CLEAR, guarded, unguarded
from crm.worksheets.mapping import column_mapping
from crm.worksheets.mapping.total_rows import TotalRows, total_rows

Row = Mapping[str, Any]  # cells by the name of their field; Any: a format may read numbers and dates


class RecordIdWidget(Widget):
    """The id of a record, with or without the acronym of its entity."""

    def __init__(self, acronym: str) -> None:
        super().__init__()
        self.acronym = acronym

    def clean(self, value: Any, **_row: Any) -> str | None:
        text = cell_text(value)
        return named_id(text, current.models()[self.acronym]) if text else None

    def is_held(self, _value: Any, _record: Record) -> bool:
        return False  # what is no id is none of a record


class CellWidget(Widget):
    """A cell of a field, converted by its type. Raises InvalidValue, as the library expects."""

    def __init__(self, definition: FieldDefinition) -> None:
        super().__init__()
        self.definition, self.type = definition, fieldtypes.get(definition.type)

    def clean(self, value: Any, **_row: Any) -> Any:
        text = cell_text(value)
        if not text or text == CLEAR:
            return clean_value(self.definition, None)
        self._refuse_unscaled(value)
        return self.type.clean_cell(unguarded([text])[0], self.definition, CellFormat())

    def is_held(self, value: Any, record: Record) -> bool:
        """Return True for a cell that means what the record holds, from before the limits or options of the field changed."""
        try:
            self._refuse_unscaled(value)
            meant = self.type.held_value(unguarded([cell_text(value)])[0], self.definition, CellFormat())
        except ValueError:
            return False
        return meant is not None and bool(meant == held(record, self.definition.name))

    def _refuse_unscaled(self, value: Any) -> None:
        """The library reads a cell that shows 8% as 0.08 and one that shows 0.08 alike; our readers see how it is shown."""
        if isinstance(self.type, Percent) and isinstance(value, int | float | Decimal) and value:
            words = _("“%s” is a number that does not say whether it is a percentage: write it as a text, such as 8%%.")
            raise InvalidValue(words % value)

    def render(self, value: Any, **_options: Any) -> str:
        text = "" if value is None else self.type.cell(value, self.definition)
        return guarded(text) if self.type.may_be_formula else text


class EntityField(Field):
    """The column of a field. An empty cell keeps what is stored, `[null]` clears it; what is withheld no cell makes true."""

    def __init__(self, *args: Any, is_withheld: bool = False, **options: Any) -> None:  # Any: the library's own
        super().__init__(*args, **options)
        self.is_withheld = is_withheld

    def get_value(self, instance: Record) -> Any:
        return getattr(instance, self.attribute, None)

    def save(self, instance: Record, row: Row, *_is_m2m: bool, **_options: Any) -> None:
        for value in self.written(row, instance):
            setattr(instance, self.attribute, value)

    def written(self, row: Row, record: Record | None) -> list[Any]:
        """The value that a row gives to the record, None a new one; nothing where it leaves what is there. Raises ValueError."""
        cell = row.get(self.column_name)
        if self.readonly or not cell_text(cell):
            return []
        try:
            value = self.widget.clean(cell)
        except ValueError:
            if record is None or record._state.adding or not self.widget.is_held(cell, record):
                raise
            return []
        return [] if self.is_withheld and value is True else [value]


class KeyLoader(BaseInstanceLoader):
    """Finds the record of a row by its key, compared as its field's type compares."""

    def get_instance(self, row: Row) -> Record | None:
        resource: EntityResource = self.resource
        if resource.lacks_key(row):
            return None
        key = {name: _key_value(resource, name, row) for name in resource.keys}
        return self._by_id(key["id"]) if resource.keys == ("id",) else self._by_values(key)

    def _by_values(self, key: Mapping[str, Any]) -> Record | None:
        records: QuerySet[Record] = self.resource.get_queryset()
        for name, value in key.items():
            records = same_value(records, self.resource.definition(name), value)
        found = list(records[:2])
        if len(found) > 1:
            raise ValidationError({next(iter(key)): str(SEVERAL)})
        return found[0] if found else None

    def _by_id(self, record_id: str) -> Record | None:
        resource: EntityResource = self.resource
        record: Record | None = resource.get_queryset().filter(pk=record_id).first()
        if record is None and resource.model.entity.key != "given":
            raise ValidationError({"id": str(UNKNOWN_ID)})
        return record


def _key_value(resource: "EntityResource", name: str, row: Row) -> Any:
    """Raises ValidationError: the library takes other errors for mistakes of the program, and takes everything back."""
    try:
        return resource.fields[name].clean(row)
    except ValueError as refusal:
        raise ValidationError({name: str(refusal)}) from refusal


class EntityResource(ModelResource):
    """The base of what `resource_for` makes. Who acts is `actor`, or the `user` that `import_data` is given."""

    model: ClassVar[type[Record]]
    keys: ClassVar[tuple[str, ...]]
    empty_key: ClassVar[Literal["skip", "create"]]
    withheld: ClassVar[frozenset[str]]  # consents that nobody gains by a file

    def __init__(self, *, actor: Actor | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.actor, self.is_keyless = actor, False
        self.totals: TotalRows | None = None
        self.repeated: set[tuple[Any, ...]] = set()

    def import_data(self, dataset: Dataset, *args: Any, **options: Any) -> Result:
        """Raises PermissionDenied; what is wrong with the file or a row is in the result."""
        if self.actor is None and (user := options.get("user")) is not None:
            self.actor = Actor(user, "page")
        require(self.actor, "import", self.model.entity.acronym)
        return super().import_data(dataset, *args, **options)

    def before_import(self, dataset: Dataset, **_options: Any) -> None:
        """Names the columns by their fields, as an import does. Raises InvalidMapping."""
        mapping = column_mapping.map_columns(dataset.headers, self.model.entity, stated={}, is_by_id=self.keys == ("id",))
        dataset.headers = [mapping.fields.get(position, f"-{header}") for position, header in enumerate(dataset.headers)]
        if missing := [name for name in self.keys if name not in dataset.headers and name != "id"]:
            raise InvalidMapping(_("The key %s is not a column of the worksheet.") % missing[0])
        self.is_keyless = "id" not in dataset.headers and self.keys == ("id",)
        if self.is_keyless:  # then every row is a new record
            dataset.append_col([""] * len(dataset), header="id")
        self.repeated = _repeated(self, dataset)
        fields = {place: header for place, header in enumerate(dataset.headers) if header in self.fields}
        named = [name for name in self.keys if name != "id"]
        self.totals = total_rows(self.model.entity, fields, width=len(dataset.headers), keys=named, may_lack_id=self.is_keyless)

    def before_import_row(self, row: Row, **_options: Any) -> None:
        if self._key_of(row) in self.repeated:
            raise ValidationError({self.keys[0]: _("Several rows of the worksheet mean this record.")})

    def import_field(self, field: EntityField, instance: Record, row: Row, *is_m2m: bool, **options: Any) -> None:
        """The key finds a record and is not written over it: it may be the same in other letters."""
        if instance._state.adding or field.column_name not in self.keys:
            super().import_field(field, instance, row, *is_m2m, **options)

    def skip_row(self, instance: Record, original: Record, row: Row, import_validation_errors: Any = None) -> bool:
        """A row without its key, or of totals, means nobody unless asked; one that changes nothing is not written."""
        if self.empty_key == "skip" and (self._is_total(row) or (self.lacks_key(row) and not self.is_keyless)):
            return True
        is_new = original._state.adding
        return not is_new and super().skip_row(instance, original, row, import_validation_errors)

    def save_instance(self, instance: Record, is_create: bool, row: Row, **options: Any) -> None:
        self.before_save_instance(instance, row, **options)
        try:
            stored = self._create(row) if is_create else self._update(instance, row)
        except InvalidRecord as refusal:
            raise ValidationError({name: [reason] for name, reason in refusal.errors.items()}) from refusal
        instance.__dict__.update(stored.__dict__)
        self.after_save_instance(instance, row, **options)

    def get_queryset(self) -> QuerySet[Record]:
        return with_rules(self.model.objects.order_by("id"), self.model.entity.visible_fields)

    def export(self, queryset: QuerySet[Record] | None = None, **options: Any) -> Dataset:
        """Raises PermissionDenied."""
        require(self.actor, "export", self.model.entity.acronym)
        return super().export(queryset, **options)

    def lacks_key(self, row: Row) -> bool:
        return any(cell_text(row.get(name)) in {"", CLEAR} for name in self.keys)

    def _is_total(self, row: Row) -> bool:
        return self.totals is not None and bool(self.totals.find([cell_text(cell) for cell in row.values()]))

    def definition(self, name: str) -> FieldDefinition:
        found = self.model.entity.field(name)
        if found is None:
            raise InvalidMapping(_("%(entity)s has no field “%(name)s”.") % {"entity": self.model.entity.acronym, "name": name})
        return found

    @property
    def _by(self) -> Actor:
        """Who was asked for when the import began."""
        return cast("Actor", self.actor)

    def _create(self, row: Row) -> Record:
        kept_back = {name: False for name in self.withheld if default_value(self.definition(name))}
        record_id = self.fields["id"].clean(row) if "id" in row else None
        return saving.create(self.model, {**kept_back, **self._values(row, None)}, by=self._by, record_id=record_id)

    def _update(self, record: Record, row: Row) -> Record:
        values = {name: value for name, value in self._values(row, record).items() if name not in self.keys}
        return saving.update(record, values, by=self._by)

    def _values(self, row: Row, record: Record | None) -> dict[str, Any]:
        """What a row writes, typed by the same types that validate it again."""
        fields = {name: made for name, made in self.fields.items() if name != "id"}
        return {name: value for name, made in fields.items() for value in made.written(row, record)}

    def _key_of(self, row: Row) -> tuple[Any, ...] | None:
        """What two rows of one record share; None without a key, or with one that is refused anyway."""
        if self.lacks_key(row):
            return None
        try:
            values = [(name, _key_value(self, name, row)) for name in self.keys]
        except ValidationError:
            return None
        return tuple(value if name == "id" else fieldtypes.get(self.definition(name).type).key(value) for name, value in values)


def resource_for(
    acronym: str,
    *,
    keys: Sequence[str] = ("id",),
    empty_key: Literal["skip", "create"] = "skip",
    allow_consent: bool = False,
) -> type[EntityResource]:
    """The resource of an entity as it is published now: make it anew for each request.

    `keys` are the fields by which rows find their record; a row without its key is skipped, or makes a new record. Without
    `allow_consent` no row gives a consent.
    """
    model = current.models()[acronym]
    names = ("id", *(field.name for field in model.entity.visible_fields))
    meta = {
        "model": model, "fields": names, "import_order": names, "export_order": names, "import_id_fields": tuple(keys),
        "instance_loader_class": KeyLoader, "skip_unchanged": True, "use_transactions": True, "clean_model_instances": False,
    }  # fmt: skip
    withheld = frozenset() if allow_consent else frozenset(field.name for field in column_mapping.consent_fields(model.entity))
    members = {
        "__doc__": f"{model.entity.name}, as published.", "Meta": type("Meta", (), meta), "model": model, "keys": tuple(keys),
        "empty_key": empty_key, "withheld": withheld, "id": EntityField("id", "id", RecordIdWidget(acronym)),
        **{field.name: _column(model, field, is_withheld=field.name in withheld) for field in model.entity.visible_fields},
    }  # fmt: skip
    return type(f"{acronym}Resource", (EntityResource,), members)


def cell_text(value: Any) -> str:
    """The text of a cell, as our own readers give it: a library's may have read a number, a date or a truth."""
    if value is None:
        return ""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _column(model: type[Record], definition: FieldDefinition, *, is_withheld: bool) -> EntityField:
    place, is_readonly = attribute(model, definition.name), not fieldtypes.is_writable(definition)
    return EntityField(place, definition.name, CellWidget(definition), readonly=is_readonly, is_withheld=is_withheld)


def _repeated(resource: EntityResource, dataset: Dataset) -> set[tuple[Any, ...]]:
    rows = (dict(zip(dataset.headers, row, strict=True)) for row in dataset)
    counted = Counter(key for row in rows if (key := resource._key_of(row)) is not None)
    return {key for key, count in counted.items() if count > 1}
